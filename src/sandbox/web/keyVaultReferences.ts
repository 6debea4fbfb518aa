import fs from 'node:fs';
import https from 'node:https';
import { rootCertificates } from 'node:tls';
import type { SandboxContext } from '../context';
import { sameId } from '../arm/ids';
import type { Site } from '../world/world';

/** Statuses as in WebApps.json, definition ApiKVReference. */
type ReferenceStatus =
  | 'Initialized'
  | 'Resolved'
  | 'InvalidSyntax'
  | 'MSINotEnabled'
  | 'VaultNotFound'
  | 'SecretNotFound'
  | 'SecretVersionNotFound'
  | 'AccessToKeyVaultDenied'
  | 'OtherReasons'
  | 'FetchTimedOut'
  | 'UnauthorizedClient';

/** Where references can be used, as in the paths of Resource Manager. */
export type ReferenceCollection = 'appsettings' | 'connectionstrings';

export interface ReferenceState {
  /** The name of the app setting or connection string. */
  name: string;
  reference: string;
  status: ReferenceStatus;
  details: string;
  vaultName?: string;
  secretName?: string;
  secretVersion?: string;
  activeVersion?: string;
  /** The secret's value, for the app's process only. */
  value?: string;
}

interface Target {
  vaultName: string;
  secretName: string;
  secretVersion?: string;
}

/** Whether a setting is intended as a Key Vault reference. */
export function isReference(value: string): boolean {
  return /^@Microsoft\.KeyVault\(/i.test(value);
}

/**
 * Resolves a reference the way App Service does: with the app's own identity, over HTTPS, against the vault.
 * Texts of `details` are the sandbox's own where Azure's are unknown.
 */
export async function resolveReference(
  context: SandboxContext,
  site: Site,
  name: string,
  reference: string,
  timeoutMs: number,
): Promise<ReferenceState> {
  const target = parseReference(reference);
  if (target === undefined)
    return {
      name,
      reference,
      status: 'InvalidSyntax',
      details: 'Key Vault reference is not in the correct format.',
    };
  const state = { name, reference, ...target };
  const principalId = identityForReferences(site);
  if (principalId === undefined) {
    return {
      ...state,
      status: 'MSINotEnabled',
      details: 'Reference was not able to be resolved because site Managed Identity not enabled.',
    };
  }
  const hostName = `${target.vaultName}.vault.localhost`.toLowerCase();
  if (![...context.world.vaults.values()].some((vault) => vault.hostName.toLowerCase() === hostName)) {
    return { ...state, status: 'VaultNotFound', details: `Key Vault ${target.vaultName} was not found.` };
  }
  // A principal that no longer exists in Entra ID gets no token. That UnauthorizedClient means this is
  // inferred from its name, which is that of OAuth's error.
  const token = await context.tokens
    .issueForManagedIdentity(principalId, 'https://vault.localhost')
    .catch(() => undefined);
  if (token === undefined)
    return {
      ...state,
      status: 'UnauthorizedClient',
      details: 'Reference was not able to be resolved because Entra ID gave the identity no token.',
    };
  try {
    const path = `/secrets/${encodeURIComponent(target.secretName)}/${target.secretVersion ?? ''}?api-version=7.4`;
    return {
      ...state,
      ...stateOfAnswer(await get(context, hostName, path, token.accessToken, timeoutMs), target),
    };
  } catch (error) {
    const timedOut = (error as NodeJS.ErrnoException).code === 'ETIMEDOUT';
    return {
      ...state,
      status: timedOut ? 'FetchTimedOut' : 'OtherReasons',
      details: error instanceof Error ? error.message : String(error),
    };
  }
}

/** The state of a reference while it's being fetched for the first time. */
export function initialReference(name: string, reference: string): ReferenceState {
  const details = 'Reference has not been fetched yet.';
  return { name, reference, status: 'Initialized', details, ...parseReference(reference) };
}

/**
 * `@Microsoft.KeyVault(SecretUri=…)` or `@Microsoft.KeyVault(VaultName=…;SecretName=…[;SecretVersion=…])`.
 */
export function parseReference(reference: string): Target | undefined {
  const inner = /^@Microsoft\.KeyVault\((.*)\)$/i.exec(reference.trim())?.[1];
  if (inner === undefined) return undefined;
  const parts = new Map(
    inner
      .split(';')
      .map((part) => [
        part.slice(0, part.indexOf('=')).trim().toLowerCase(),
        part.slice(part.indexOf('=') + 1).trim(),
      ]),
  );
  const uri = parts.get('secreturi');
  if (uri !== undefined) return parts.size === 1 ? parseSecretUri(uri) : undefined;
  const [vaultName, secretName, secretVersion] = [
    parts.get('vaultname'),
    parts.get('secretname'),
    parts.get('secretversion'),
  ];
  if (!vaultName || !secretName || !/^[a-z][a-z0-9-]{1,22}[a-z0-9]$/i.test(vaultName)) return undefined;
  return { vaultName, secretName, ...(secretVersion ? { secretVersion } : {}) };
}

function parseSecretUri(text: string): Target | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, pathname } = new URL(text);
  const match = /^\/secrets\/([0-9a-z-]+)(?:\/([0-9a-f]*))?\/?$/i.exec(pathname);
  if (protocol !== 'https:' || match?.[1] === undefined) return undefined;
  // Whatever the host is, the reference can only reach a vault of this sandbox, by its name.
  const vaultName = hostname.split('.')[0] ?? '';
  return {
    vaultName: hostname.endsWith('.vault.localhost') ? vaultName : hostname,
    secretName: match[1],
    ...(match[2] ? { secretVersion: match[2] } : {}),
  };
}

function identityForReferences(site: Site): string | undefined {
  const wanted = site.keyVaultReferenceIdentity;
  if (wanted === '' || wanted.toLowerCase() === 'systemassigned') return site.identity?.principalId;
  return Object.entries(site.identity?.userAssignedIdentities ?? {}).find(([id]) => sameId(id, wanted))?.[1]
    .principalId;
}

function stateOfAnswer(
  { status, body }: { status: number; body: unknown },
  target: Target,
): Pick<ReferenceState, 'status' | 'details' | 'activeVersion' | 'value'> {
  const secret = body as { id?: string; value?: string; error?: { message?: string } };
  if (status === 200 && typeof secret.value === 'string') {
    return {
      status: 'Resolved',
      details: 'Reference has been successfully resolved.',
      activeVersion: secret.id?.split('/').pop() ?? '',
      value: secret.value,
    };
  }
  if (status === 404) {
    return target.secretVersion === undefined
      ? { status: 'SecretNotFound', details: `Secret ${target.secretName} was not found in Key Vault.` }
      : {
          status: 'SecretVersionNotFound',
          details: `Version of secret ${target.secretName} was not found in Key Vault.`,
        };
  }
  if (status === 401 || status === 403)
    return {
      status: 'AccessToKeyVaultDenied',
      details:
        "Key Vault reference was not able to be resolved because site was denied access to Key Vault reference's vault.",
    };
  return { status: 'OtherReasons', details: `Key Vault answered with status ${status}.` };
}

/**
 * Requests for references come from another address than the app's outbound ones (MicrosoftDocs/azure-docs#35318). macOS
 * has only one loopback address.
 */
const referenceOrigin = process.platform === 'darwin' ? {} : { localAddress: '127.0.0.64' };

function get(
  context: SandboxContext,
  hostName: string,
  path: string,
  token: string,
  timeoutMs: number,
): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const request = https.get(
      {
        host: '127.0.0.1',
        servername: hostName,
        port: context.endpoints.vaultPort,
        ...referenceOrigin,
        path,
        agent: false,
        ca: [...rootCertificates, fs.readFileSync(context.caCertificateFile, 'utf8')],
        headers: {
          host: `${hostName}:${context.endpoints.vaultPort}`,
          authorization: `Bearer ${token}`,
          'user-agent': 'AppService-KeyVaultReferences',
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          try {
            resolve({
              status: response.statusCode ?? 0,
              body: JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}') as unknown,
            });
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        });
      },
    );
    request.setTimeout(timeoutMs, () =>
      request.destroy(Object.assign(new Error('Key Vault did not answer in time.'), { code: 'ETIMEDOUT' })),
    );
    request.on('error', reject);
  });
}
