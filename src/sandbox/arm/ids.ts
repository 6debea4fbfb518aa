/** A parsed ARM resource ID. Names keep the case they were given in; compare them with {@link sameId}. */
export interface ArmId {
  subscriptionId?: string;
  resourceGroup?: string;
  /** The namespace after the last `/providers/` in the ID, e.g. `Microsoft.Web`. */
  namespace?: string;
  /** Type segments after the namespace, e.g. `['sites', 'slots']`. */
  types: string[];
  /** The names that go with `types`, in the same order. */
  names: string[];
  /**
   * Everything before the last `/providers/`: a subscription, a resource group, or the extended resource; ''
   * for the tenant.
   */
  scope: string;
}

/** Parses an ARM ID and leaves percent-encoding as it is. @returns undefined if `id` isn't an ARM ID */
export function parseArmId(id: string): ArmId | undefined {
  const text = id.replace(/\/+$/, '');
  const provider = /^(.*)\/providers\/([^/]+)((?:\/[^/]+)*)$/i.exec(text);
  const scope = provider?.[1] ?? text;
  const head = /^(?:\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+))?(?:\/providers\/.+)?)?$/i.exec(
    scope,
  );
  if (head === null) return undefined;
  const segments = (provider?.[3] ?? '').split('/').filter((segment) => segment !== '');
  const result: ArmId = {
    types: segments.filter((_, index) => index % 2 === 0),
    names: segments.filter((_, index) => index % 2 === 1),
    scope,
  };
  if (head[1] !== undefined) result.subscriptionId = head[1];
  if (head[2] !== undefined) result.resourceGroup = head[2];
  if (provider?.[2] !== undefined) result.namespace = provider[2];
  return result;
}

/** A resource's key in the world's maps: lowercase, without a trailing slash. */
export function idKey(id: string): string {
  return (id.endsWith('/') ? id.replace(/\/+$/, '') : id).toLowerCase();
}

/** Azure compares IDs case-insensitively. */
export function sameId(left: string, right: string): boolean {
  return idKey(left) === idKey(right);
}

/** Whether `id` is `scope` or lies below it. Everything lies below `/` and ''. */
export function isAtOrBelow(id: string, scope: string): boolean {
  const above = idKey(scope);
  const below = idKey(id);
  return above === '' || below === above || below.startsWith(`${above}/`);
}

/**
 * Returns `Microsoft.Web/sites/slots` for the ID of a slot; undefined for subscriptions and resource groups.
 */
export function resourceTypeOf(id: ArmId): string | undefined {
  return id.namespace === undefined || id.types.length === 0
    ? undefined
    : [id.namespace, ...id.types].join('/');
}
