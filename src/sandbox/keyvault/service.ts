import { isIPv6 } from 'node:net';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Caller, SandboxContext } from '../context';
import type { Answer, Call, Service } from '../server/http';
import type { Vault } from '../world/world';
import { authenticate } from './authenticate';
import { authorize, type SecretOperation } from './authorize';
import { Backups } from './backup';
import { latest, SecretBundles, vaultOrigin } from './bundles';
import { checkApiVersion } from './dataPlaneVersion';
import { badParameter, VaultError } from './errors';
import { ipv4Of } from './networkAcls';
import { pageAfter, sortedBy } from './paging';
import { bodyOf, checkSize, valueIn, writeIn } from './secretBody';
import { SecretStore } from './secrets';
import { Throttle } from './throttle';

const largestPage = 25;

/** The data plane of all vaults: `https://<vault>.vault.localhost:P/secrets/…`, routed by host name. */
export function createVaults(context: SandboxContext): Service {
  const throttle = new Throttle(context);
  const backups = new Backups();
  return async (call) => {
    const vault = vaultOf(context, call.hostName);
    if (vault === undefined) return noSuchHost(call);
    const headers = commonHeaders(vault, call);
    try {
      const caller = await authenticate(context, vault, call);
      throttle.count(vault);
      checkApiVersion(call);
      const request = new VaultRequest(context, vault, call, caller, backups);
      const answer = await request.answer();
      return { ...answer, headers: { ...headers, ...answer.headers } };
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      const answer = error.toAnswer();
      return { ...answer, headers: { ...headers, ...answer.headers } };
    }
  };
}

/** One authenticated request to one vault. */
class VaultRequest {
  private readonly store: SecretStore;
  private readonly bundles: SecretBundles;

  constructor(
    private readonly context: SandboxContext,
    private readonly vault: Vault,
    private readonly call: Call,
    private readonly caller: Caller,
    private readonly backups: Backups,
  ) {
    this.store = new SecretStore(context, vault);
    this.bundles = new SecretBundles(context.endpoints, this.store, call.query.get('api-version') ?? '');
  }

  async answer(): Promise<Answer> {
    // Skips empty segments: `/secrets/n/` means the latest version, and clients also send double slashes.
    const [collection, name, third, ...rest] = this.call.path
      .split('/')
      .filter((part) => part !== '')
      .map(decode);
    if (rest.length > 0) throw notFound();
    if (collection === 'secrets') return this.onSecrets(name, third);
    if (collection === 'deletedsecrets') return this.onDeletedSecrets(name, third);
    throw notFound();
  }

  private async onSecrets(name: string | undefined, third: string | undefined): Promise<Answer> {
    const { method } = this.call;
    if (name === undefined) return method === 'GET' ? this.list() : notAllowed(method);
    if (name === 'restore' && third === undefined && method === 'POST') return this.restore();
    checkName(name);
    if (third === 'versions' && method === 'GET') return this.listVersions(name);
    if (third === 'backup' && method === 'POST') return this.backup(name);
    if (method === 'GET') return this.get(name, third);
    if (method === 'PATCH') return this.update(name, third);
    if (method === 'PUT' && third === undefined) return this.set(name);
    if (method === 'DELETE' && third === undefined) return this.delete(name);
    return notAllowed(method);
  }

  private onDeletedSecrets(name: string | undefined, third: string | undefined): Answer {
    const { method } = this.call;
    if (name === undefined) return method === 'GET' ? this.listDeleted() : notAllowed(method);
    checkName(name);
    if (third === 'recover' && method === 'POST') return this.recover(name);
    if (third !== undefined) throw notFound();
    if (method === 'GET') return this.getDeleted(name);
    if (method === 'DELETE') return this.purge(name);
    return notAllowed(method);
  }

  private list(): Answer {
    this.authorize('getSecrets');
    const secrets = sortedBy(this.store.all(), ({ name }) => name.toLowerCase());
    return this.page(
      secrets,
      ({ name }) => name.toLowerCase(),
      (secret) => this.bundles.item(secret),
    );
  }

  /** Ordered by version ID, not by time, and empty for a name that doesn't exist. Both recorded. */
  private listVersions(name: string): Answer {
    this.authorize('getSecretVersions', name);
    const secret = this.store.find(name);
    if (secret === undefined) return { status: 200, json: { value: [], nextLink: null } };
    const versions = sortedBy(secret.versions, ({ version }) => version);
    return this.page(
      versions,
      ({ version }) => version,
      (version) => this.bundles.withoutValue(secret, version),
    );
  }

  private get(name: string, version: string | undefined): Answer {
    this.authorize('getSecret', name);
    const found = this.store.read(name, version);
    return { status: 200, json: this.bundles.withValue(found.secret, found.version) };
  }

  private async set(name: string): Promise<Answer> {
    this.authorize('setSecret', name);
    const body = await bodyOf(this.call);
    const value = valueIn(body);
    checkSize(value);
    const { secret, version } = this.store.set(name, value, writeIn(body));
    return { status: 200, json: this.bundles.withValue(secret, version) };
  }

  private async update(name: string, version: string | undefined): Promise<Answer> {
    this.authorize('updateSecret', name);
    const write = writeIn(await bodyOf(this.call));
    const found = this.store.update(name, version, write);
    return { status: 200, json: this.bundles.withoutValue(found.secret, found.version) };
  }

  private delete(name: string): Answer {
    this.authorize('deleteSecret', name);
    return { status: 200, json: this.bundles.deleted(this.store.delete(name)) };
  }

  private backup(name: string): Answer {
    this.authorize('backupSecret', name);
    const { secret } = this.store.require(name);
    return { status: 200, json: { value: this.backups.seal(this.vault, secret) } };
  }

  private async restore(): Promise<Answer> {
    this.authorize('restoreSecret');
    const secret = this.backups.open(this.vault, valueIn(await bodyOf(this.call)));
    if (this.store.find(secret.name) !== undefined)
      // The code and the text are inferred: the documentation only says that it's a conflict.
      throw new VaultError(409, 'Conflict', `A secret with the name ${secret.name} already exists.`);
    return { status: 200, json: this.bundles.withoutValue(this.store.restore(secret), latest(secret)) };
  }

  private listDeleted(): Answer {
    this.authorize('getDeletedSecrets');
    const all = sortedBy(this.store.allDeleted(), ({ secret }) => secret.name.toLowerCase());
    return this.page(
      all,
      ({ secret }) => secret.name.toLowerCase(),
      (one) => this.bundles.deletedItem(one),
    );
  }

  private getDeleted(name: string): Answer {
    this.authorize('getDeletedSecret', name);
    return { status: 200, json: this.bundles.deleted(this.store.readDeleted(name)) };
  }

  private recover(name: string): Answer {
    this.authorize('recoverDeletedSecret', name);
    const secret = this.store.recover(name);
    return { status: 200, json: this.bundles.withoutValue(secret, latest(secret)) };
  }

  private purge(name: string): Answer {
    this.authorize('purgeDeletedSecret', name);
    this.store.purge(name);
    return { status: 204 };
  }

  private authorize(operation: SecretOperation, secretName?: string): void {
    authorize(this.context, this.vault, this.caller, this.call.remoteAddress, operation, secretName);
  }

  /**
   * A page of 1 to 25 items; the last one has `"nextLink": null`. The link contains the port, as the real one
   * contains `:443`.
   */
  private page<Item>(
    items: Item[],
    keyOf: (item: Item) => string,
    describe: (item: Item) => Record<string, unknown>,
  ): Answer {
    const { query, path } = this.call;
    const wanted = query.get('maxresults');
    const size = Number(wanted ?? largestPage);
    // 400 is documented; its text is inferred.
    if (!Number.isInteger(size) || size < 1 || size > largestPage) throw badParameter('invalid maxresults');
    const page = pageAfter(items, keyOf, markerIn(query.get('$skiptoken')), size);
    const link = new URLSearchParams({ 'api-version': query.get('api-version') ?? '' }).toString();
    const nextLink =
      page.more && page.last !== undefined
        ? `${vaultOrigin(this.context.endpoints, this.vault)}${path}?${link}&$skiptoken=${tokenFor(page.last)}&maxresults=${size}`
        : null;
    return { status: 200, json: { value: page.items.map(describe), nextLink } };
  }
}

function vaultOf(context: SandboxContext, hostName: string): Vault | undefined {
  for (const vault of context.world.vaults.values()) if (vault.hostName === hostName) return vault;
  return undefined;
}

/**
 * In Azure, the name of a vault that doesn't exist (or was deleted) doesn't resolve, so a client never gets
 * an HTTP answer. In the sandbox all names lead to one listener, and cutting the connection comes closest:
 * clients handle and retry ECONNRESET as they do ENOTFOUND, and see no status that the real service never
 * sends.
 */
function noSuchHost(call: Call): Answer {
  call.request.socket.destroy();
  return { status: 404 };
}

/**
 * The headers that vaults add to those of all services. Their form is from a recording of 2023, with the
 * service version of October 2024.
 */
function commonHeaders(vault: Vault, call: Call): OutgoingHttpHeaders {
  const address = ipv4Of(call.remoteAddress);
  const family = isIPv6(address) ? ['Ipv6', 'InterNetworkV6'] : ['Ipv4', 'InterNetwork'];
  const clientRequestId = call.headers['x-ms-client-request-id'];
  return {
    'x-ms-keyvault-region': vault.location,
    ...(typeof clientRequestId === 'string' ? { 'x-ms-client-request-id': clientRequestId } : {}),
    'x-ms-keyvault-service-version': '1.9.1753.1',
    'x-ms-keyvault-network-info': `conn_type=${family[0]};addr=${address};act_addr_fam=${family[1]};`,
  };
}

/** Text: aspnet/MicrosoftConfigurationBuilders#22. A leading digit or dash is accepted (azure-docs#99541). */
function checkName(name: string): void {
  if (!/^[0-9a-zA-Z-]{1,127}$/.test(name))
    throw badParameter(`The request URI contains an invalid name: ${name}`);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return segment;
    throw error;
  }
}

/** Keys and certificates aren't part of the sandbox; it says so rather than returning an empty list. */
function notFound(): VaultError {
  return new VaultError(
    404,
    'NotFound',
    'This resource does not exist: vaults in the sandbox contain only secrets.',
  );
}

function notAllowed(method: string): never {
  throw new VaultError(405, 'MethodNotAllowed', `The method ${method} is not allowed for this resource.`);
}

/** Opaque to clients, in the same outer form as recorded. */
function tokenFor(last: string): string {
  const marker = Buffer.from(last).toString('base64url');
  return Buffer.from(
    JSON.stringify({ NextMarker: `2!${marker.length}!${marker}`, TargetLocation: 0 }),
  ).toString('base64url');
}

function markerIn(token: string | null): string | undefined {
  if (token === null) return undefined;
  const marker = /"NextMarker":"2!\d+!([\w-]*)"/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  // The 400 is inferred.
  if (marker === undefined) throw badParameter('invalid $skiptoken');
  return Buffer.from(marker, 'base64url').toString();
}
