import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import type { Connection } from './connection';
import { Slot } from './connection';

/** The API versions that Keyless was written for, pinned so that an SDK's default can't change them. */
export const apiVersions = {
  subscriptions: '2022-12-01',
  /** The first stable one with `authorizationScopeFilter`. */
  resourceGraph: '2022-10-01',
  web: '2023-12-01',
  /** For `configreferences/…/refresh`, which no OpenAPI document describes: the version in Azure's documentation. */
  referencesRefresh: '2022-03-01',
  /** The first stable version with `kind`, by which function apps differ from others (azure-rest-api-specs). */
  containerApps: '2026-01-01',
  /** Earlier control-plane versions are retired on February 27, 2027. */
  vaults: '2026-02-01',
  authorization: '2022-04-01',
  managedIdentity: '2023-01-31',
  resources: '2024-07-01',
  storage: '2023-05-01',
  insightsComponents: '2020-02-02',
  workspaces: '2023-09-01',
  cosmos: '2024-11-15',
  redis: '2024-11-01',
  containerRegistry: '2023-07-01',
} as const;

/** The version that this cloud's provider supports instead of a newer one, by resource type. */
const known = new Slot(() => new Map<string, string>());

/**
 * Sends a request again with an older version if the provider doesn't know the version in its URL. Clouds other than the
 * public one get new versions later (azure-cli#18006, #23888), and Azure Stack has only old ones (azure-cli#27967). Resource
 * Manager refuses such a request before it reaches the provider, so that repeating a write is safe. What was learned applies
 * to the account's later requests.
 */
export function supportedVersions(c: Connection): PipelinePolicy {
  return {
    name: 'keylessSupportedVersions',
    async sendRequest(request, next) {
      const versions = c.account.own(known);
      const url = new URL(request.url);
      const type = typeIn(url.pathname);
      const use = (version: string) => {
        url.searchParams.set('api-version', version);
        request.url = url.href;
      };
      const asked = url.searchParams.get('api-version') ?? '';
      const remembered = versions.get(`${type} ${asked}`);
      if (remembered !== undefined) use(remembered);
      // Resource Manager itself may not know the version either. Its own list comes first then.
      for (let rest = 2; ; rest--) {
        const response = await next(request);
        const sent = url.searchParams.get('api-version') ?? '';
        const isRefusal = response.status === 400 || response.status === 404;
        const older = isRefusal && rest > 0 ? olderVersion(response.bodyAsText ?? '', sent) : undefined;
        if (older === undefined) return response;
        versions.set(`${type} ${asked}`, older);
        use(older);
      }
    },
  };
}

/**
 * The version that stands in for a newer one in this account's cloud, as far as its requests have shown. Versions of one
 * provider's types come and go together, so what one type taught applies to the others.
 */
export function supportedVersion(c: Connection, type: string, version: string): string {
  const versions = c.account.own(known);
  const lower = type.toLowerCase();
  const namespace = `${lower.split('/')[0] ?? ''}/`;
  const sibling = [...versions].find(([key]) => key.startsWith(namespace) && key.endsWith(` ${version}`));
  return versions.get(`${lower} ${version}`) ?? sibling?.[1] ?? version;
}

/** The newest version before `version` in a refusal's list; a preview only if there is nothing else. */
function olderVersion(body: string, version: string): string | undefined {
  const list = /supported (?:api-)?versions are '([^']+)'/.exec(body)?.[1]?.split(/,\s*/) ?? [];
  if (list.includes(version)) return undefined;
  const older = list.filter((one) => /^\d{4}-\d\d-\d\d(-preview)?$/.test(one) && one < version).sort();
  return older.filter((one) => !one.endsWith('-preview')).at(-1) ?? older.at(-1);
}

/** e.g. `microsoft.keyvault/vaults/secrets` for the path of a secret. */
function typeIn(path: string): string {
  const [namespace = '', ...rest] = (path.toLowerCase().split('/providers/').at(-1) ?? '').split('/');
  return [namespace, ...rest.filter((_, index) => index % 2 === 0)].join('/');
}
