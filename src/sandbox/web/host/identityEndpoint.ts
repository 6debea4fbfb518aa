import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomBytes, randomUUID } from 'node:crypto';
import type { SandboxContext } from '../../context';
import type { Site } from '../../world/world';
import { settingOf } from './functions';

/** The endpoint for an app's process, and the secret that it must send. */
export interface IdentityEnvironment {
  endpoint: string;
  header: string;
}

/**
 * The local token endpoint of function processes: protocols 2019-08-01 (`X-IDENTITY-HEADER`) and 2017-09-01
 * (`secret`). Status and text of the errors are as users quote them; there's no official description of their
 * bodies (inferred).
 */
export class IdentityEndpoint {
  #server: Promise<http.Server> | undefined;
  readonly #sites = new Map<string, Site>();

  constructor(private readonly context: SandboxContext) {
    context.onStop(async () => {
      const server = await this.#server;
      server?.close();
      server?.closeAllConnections();
    });
  }

  /** Issues a secret for a new process of `site`. Those of its other processes keep working. */
  async issue(site: Site): Promise<IdentityEnvironment> {
    const header = randomBytes(16).toString('hex').toUpperCase();
    this.#sites.set(header, site);
    this.#server ??= this.#listen();
    const { port } = (await this.#server).address() as AddressInfo;
    return { endpoint: `http://127.0.0.1:${port}/msi/token/`, header };
  }

  /** Call when the process has ended. */
  revoke({ header }: IdentityEnvironment): void {
    this.#sites.delete(header);
  }

  #listen(): Promise<http.Server> {
    const server = http.createServer((request, response) => {
      this.#answer(request)
        .catch((error: unknown) => failure(500, error instanceof Error ? error.message : String(error)))
        .then(({ status, body }) => {
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
        })
        .catch(() => response.destroy());
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        server.unref();
        resolve(server);
      });
    });
  }

  async #answer(request: http.IncomingMessage): Promise<{ status: number; body: unknown }> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const version = url.searchParams.get('api-version');
    const old = version === '2017-09-01';
    const secret = request.headers[old ? 'secret' : 'x-identity-header'];
    const site = typeof secret === 'string' ? this.#sites.get(secret) : undefined;
    if (site === undefined) return failure(401, 'The request has no valid identity header.');
    if (request.method !== 'GET' || !/^\/msi\/token\/?$/i.test(url.pathname))
      return failure(404, 'Not found.');
    if (!old && version !== '2019-08-01')
      return failure(400, `The api-version '${version ?? ''}' is invalid.`);
    const resource = url.searchParams.get('resource');
    if (resource === null || resource === '') return failure(400, "The parameter 'resource' is required.");
    const principalId = choosePrincipal(this.context, site, url.searchParams, old);
    if (principalId === undefined)
      return failure(
        400,
        'No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.',
      );
    const token = await this.context.tokens.issueForManagedIdentity(principalId, resource);
    const expiresOn = old ? formatDate(token.expiresOn) : String(token.expiresOn);
    const body: Record<string, string> = {
      access_token: token.accessToken,
      expires_on: expiresOn,
      resource,
      token_type: 'Bearer',
    };
    if (!old) Object.assign(body, { client_id: token.clientId, not_before: String(token.notBefore) });
    return { status: 200, body };
  }
}

/** Whether an app's processes get an identity endpoint. */
export function hasIdentity(site: Site): boolean {
  return site.identity !== undefined && !/^(true|1)$/i.test(settingOf(site, 'WEBSITE_DISABLE_MSI') ?? '');
}

function choosePrincipal(
  context: SandboxContext,
  site: Site,
  query: URLSearchParams,
  old: boolean,
): string | undefined {
  const clientId = (query.get(old ? 'clientid' : 'client_id') ?? '').toLowerCase();
  const principalId = old ? '' : (query.get('principal_id') ?? query.get('object_id') ?? '').toLowerCase();
  const resourceId = old ? '' : (query.get('mi_res_id') ?? query.get('msi_res_id') ?? '').toLowerCase();
  if (clientId === '' && principalId === '' && resourceId === '') return site.identity?.principalId;
  const assigned = Object.entries(site.identity?.userAssignedIdentities ?? {}).map(([id, ids]) => ({
    id,
    ...ids,
  }));
  const system = site.identity?.principalId;
  if (system !== undefined) {
    const clientIdOfSystem =
      [...context.world.servicePrincipals.values()].find(({ objectId }) => objectId === system)?.appId ?? '';
    assigned.push({ id: site.id, principalId: system, clientId: clientIdOfSystem });
  }
  return assigned.find(
    (identity) =>
      (clientId === '' || identity.clientId.toLowerCase() === clientId) &&
      (principalId === '' || identity.principalId.toLowerCase() === principalId) &&
      (resourceId === '' || identity.id.toLowerCase() === resourceId),
  )?.principalId;
}

function failure(statusCode: number, message: string): { status: number; body: unknown } {
  return { status: statusCode, body: { statusCode, message, correlationId: randomUUID() } };
}

/** `9/14/2017 8:05:00 PM +00:00`, the format of the old protocol. */
function formatDate(epochSeconds: number): string {
  const date = new Date(epochSeconds * 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const hour = date.getUTCHours();
  return `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()} ${hour % 12 || 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${hour < 12 ? 'AM' : 'PM'} +00:00`;
}
