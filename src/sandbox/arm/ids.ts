/** An ARM resource ID taken apart. Names keep the case in which they came; compare with {@link sameId}. */
export interface ArmId {
  subscriptionId?: string;
  resourceGroup?: string;
  /** Of the last `/providers/` in the ID, e.g. `Microsoft.Web`. */
  namespace?: string;
  /** Type segments after the namespace, e.g. `['sites', 'slots']`. */
  types: string[];
  /** Names that belong to `types`, in order. */
  names: string[];
  /** What stands before the last `/providers/`: a subscription, a resource group or the resource that is extended; '' for the tenant. */
  scope: string;
}

/** Takes an ARM ID apart. Percent-encoding is not touched. @returns undefined where `id` isn't one */
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

/** The key of a resource in the maps of the world: lower case, no slash at the end. */
export function idKey(id: string): string {
  return (id.endsWith('/') ? id.replace(/\/+$/, '') : id).toLowerCase();
}

/** Azure compares IDs without regard to case. */
export function sameId(left: string, right: string): boolean {
  return idKey(left) === idKey(right);
}

/** Whether `id` is `scope` or lies below it. `/` and '' hold everything. */
export function isAtOrBelow(id: string, scope: string): boolean {
  const above = idKey(scope);
  const below = idKey(id);
  return above === '' || below === above || below.startsWith(`${above}/`);
}

/** `Microsoft.Web/sites/slots` for the ID of a slot; undefined for subscriptions and resource groups. */
export function resourceTypeOf(id: ArmId): string | undefined {
  return id.namespace === undefined || id.types.length === 0
    ? undefined
    : [id.namespace, ...id.types].join('/');
}
