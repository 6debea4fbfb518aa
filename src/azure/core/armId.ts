/** Resource Manager IDs, which are case-insensitive: `/subscriptions/S/resourceGroups/G/providers/N/type/name[/type/name…]`. */

export interface ResourceId {
  readonly subscriptionId: string;
  /** '' if the ID is that of a subscription or of a resource directly below one. */
  readonly resourceGroup: string;
  /** e.g. `Microsoft.Web/sites/slots`; '' for a subscription or resource group. */
  readonly type: string;
  /** Names from the outermost resource to this one, e.g. `['app', 'staging']`. */
  readonly names: readonly string[];
}

/** @throws RangeError for a wrong prefix, empty or relative segments, or characters that could break out of the path */
export function parseResourceId(id: string): ResourceId {
  const segments = splitPath(id);
  const [first, subscriptionId, ...rest] = segments;
  if (first?.toLowerCase() !== 'subscriptions' || !subscriptionId) throw notAnId();
  let resourceGroup = '';
  if (rest[0]?.toLowerCase() === 'resourcegroups') {
    resourceGroup = rest[1] ?? '';
    rest.splice(0, 2);
  }
  const provider = rest.findLastIndex((segment) => segment.toLowerCase() === 'providers');
  const [, namespace, ...pairs] = provider < 0 ? [] : rest.slice(provider);
  if (namespace === undefined) return { subscriptionId, resourceGroup, type: '', names: [] };
  const types = pairs.filter((_, index) => index % 2 === 0);
  const names = pairs.filter((_, index) => index % 2 === 1);
  return { subscriptionId, resourceGroup, type: [namespace, ...types].join('/'), names };
}

/** The parts of an ID that models keep, or undefined if it isn't the ID of a resource. */
export function partsOfId(
  id: string,
): { name: string; subscriptionId: string; resourceGroup: string } | undefined {
  try {
    const { subscriptionId, resourceGroup, names } = parseResourceId(id);
    const name = names.at(-1);
    return name === undefined ? undefined : { name, subscriptionId, resourceGroup };
  } catch {
    return undefined;
  }
}

/** The path of a Resource Manager URL with each segment encoded. @throws RangeError like {@link parseResourceId} */
export function encodePath(path: string): string {
  return `/${splitPath(path).map(encodeURIComponent).join('/')}`;
}

/**
 * Names of any characters as encoded segments of a URL's path, each with a slash in front.
 * @throws RangeError for an empty name, `.`, `..`, and control characters
 */
export function encodeNames(names: readonly string[]): string {
  if (names.some((name) => /^\.{0,2}$|[\u0000-\u001f\u007f]/.test(name) || !name.isWellFormed()))
    throw new RangeError('Not a name that a URL can contain.');
  return names.map((name) => `/${encodeURIComponent(name)}`).join('');
}

/** The subscription that an ID or a scope is in; undefined above subscriptions. */
export function subscriptionIdIn(id: string): string | undefined {
  return /^\/subscriptions\/([^/]+)/i.exec(id)?.[1];
}

export function sameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/**
 * What two scopes of roles that are the same have in common. Unlike all else in them, names of databases and containers of
 * Cosmos DB can differ only by case (how-to-create-container.md), and no document says whether its roles distinguish those.
 */
export function scopeKey(scope: string): string {
  const [, account = scope, part = ''] = /^(.*\/databaseAccounts\/[^/]+)(\/dbs\/.*)$/i.exec(scope) ?? [];
  return account.toLowerCase() + part;
}

function splitPath(path: string): string[] {
  if (!path.startsWith('/')) throw notAnId();
  const segments = path.slice(1).split('/');
  if (
    segments.some(
      (segment) =>
        segment === '' || segment === '.' || segment === '..' || /[\u0000-\u001f\u007f\\?#%]/.test(segment),
    )
  ) {
    throw notAnId();
  }
  return segments;
}

function notAnId(): RangeError {
  return new RangeError('Not the ID of an Azure resource.');
}
