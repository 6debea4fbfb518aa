import type { Call } from '../server/http';
import { parseArmId, sameId } from './ids';
import { FilterSyntaxError, leavesOf, matches, parseFilter, type Filter, type FilterLeaf } from './odata';
import { ArmError, type ArmResource } from './provider';

/**
 * Returns the resources that match `/resources?$filter=…` as list items.
 * Properties: OpenAPI of Microsoft.Resources, `Resources_List`, and recordings (kind, managedBy, identity by
 * type).
 * @throws ArmError 400 InvalidFilterInQueryString
 */
export function genericResources(call: Call, resources: ArmResource[]): Record<string, unknown>[] {
  const filter = resourceFilter(call.query.get('$filter'));
  const expand = new Set(
    (call.query.get('$expand') ?? '').split(',').map((name) => name.trim().toLowerCase()),
  );
  return resources.filter(filter).map((resource) => listItem(resource, expand));
}

/**
 * Turns the `$filter` of `/resources` or `/resourcegroups` into a predicate.
 * @throws ArmError 400 InvalidFilterInQueryString
 */
export function resourceFilter(text: string | null): (resource: FilteredResource) => boolean {
  if (text === null || text.trim() === '') return () => true;
  const filter = readFilter(text);
  // `readFilter` makes sure that tag conditions stand alone, joined by `and`, so each value belongs to the
  // one tag name.
  const named = leavesOf(filter).find((leaf) => leaf.kind === 'compare' && subjectOf(leaf) === 'tagname');
  const tagName = named?.kind === 'compare' ? named.value : undefined;
  return (resource) => matches(filter, (leaf) => holds(leaf, resource, tagName));
}

export type FilteredResource = Pick<ArmResource, 'id' | 'name' | 'type' | 'location' | 'tags' | 'identity'>;

function listItem(resource: ArmResource, expand: Set<string>): Record<string, unknown> {
  // What is in another resource has the names of both, as in a template.
  const name = parseArmId(resource.id)?.names.join('/') ?? resource.name;
  const item: Record<string, unknown> = { id: resource.id, name, type: resource.type };
  if (resource.kind !== undefined) item['kind'] = resource.kind;
  if (resource.managedBy !== undefined) item['managedBy'] = resource.managedBy;
  item['location'] = resource.location;
  if (resource.identity !== undefined) item['identity'] = resource.identity;
  if (resource.sku !== undefined) item['sku'] = resource.sku;
  if (resource.tags !== undefined) item['tags'] = resource.tags;
  if (expand.has('createdtime') && resource.createdTime !== undefined)
    item['createdTime'] = resource.createdTime;
  if (expand.has('changedtime') && resource.changedTime !== undefined)
    item['changedTime'] = resource.changedTime;
  if (expand.has('provisioningstate'))
    item['provisioningState'] = resource.properties['provisioningState'] ?? 'Succeeded';
  return item;
}

const properties: Record<string, (resource: FilteredResource) => string | undefined> = {
  resourcetype: (resource) => resource.type,
  name: (resource) => resource.name,
  location: (resource) => resource.location.replaceAll(' ', ''),
  resourcegroup: (resource) => parseArmId(resource.id)?.resourceGroup,
  identity: (resource) => resource.identity?.type,
  'identity/principalid': (resource) => resource.identity?.principalId,
};
const tagProperties = new Set(['tagname', 'tagvalue']);

function readFilter(text: string): Filter {
  try {
    const filter = parseFilter(text);
    const leaves = leavesOf(filter);
    const ofTags = leaves.filter((leaf) => tagProperties.has(subjectOf(leaf)));
    const known = leaves.every((leaf) => isKnown(leaf));
    // "You can't use tagName and tagValue with other filters": OpenAPI, description of $filter.
    const combines = ofTags.length === 0 || (ofTags.length === leaves.length && onlyAnd(filter));
    if (known && combines) return filter;
  } catch (error) {
    if (!(error instanceof FilterSyntaxError)) throw error;
  }
  throw new ArmError(
    400,
    'InvalidFilterInQueryString',
    `Invalid $filter '${text}' specified in the query string.`,
    {
      'x-ms-failure-cause': 'gateway',
    },
  );
}

function subjectOf(leaf: FilterLeaf): string {
  if (leaf.kind === 'compare') return leaf.property.toLowerCase();
  for (const argument of leaf.arguments) if ('property' in argument) return argument.property.toLowerCase();
  return '';
}

function isKnown(leaf: FilterLeaf): boolean {
  const subject = subjectOf(leaf);
  if (leaf.kind === 'compare') {
    return subject in properties || (tagProperties.has(subject) && leaf.operator === 'eq');
  }
  if (leaf.arguments.length !== 2) return false;
  return leaf.name === 'substringof'
    ? subject === 'name' || subject === 'resourcegroup'
    : leaf.name === 'startswith' && subject === 'tagname';
}

function onlyAnd(filter: Filter): boolean {
  return filter.kind === 'or'
    ? false
    : filter.kind === 'and'
      ? onlyAnd(filter.left) && onlyAnd(filter.right)
      : true;
}

function holds(leaf: FilterLeaf, resource: FilteredResource, tagName: string | undefined): boolean {
  const subject = subjectOf(leaf);
  if (leaf.kind === 'call') {
    const needle =
      leaf.arguments.flatMap((argument) => ('value' in argument ? [argument.value] : []))[0]?.toLowerCase() ??
      '';
    if (leaf.name === 'startswith')
      return Object.keys(resource.tags ?? {}).some((tag) => tag.toLowerCase().startsWith(needle));
    return properties[subject]?.(resource)?.toLowerCase().includes(needle) ?? false;
  }
  const tags = Object.entries(resource.tags ?? {});
  const isNamed = ([name]: [string, string]) => tagName === undefined || sameId(name, tagName);
  if (subject === 'tagname') return tags.some(isNamed);
  if (subject === 'tagvalue') return tags.some((tag) => isNamed(tag) && tag[1] === leaf.value);
  const equal = properties[subject]?.(resource)?.toLowerCase() === leaf.value.toLowerCase();
  return leaf.operator === 'eq' ? equal : !equal;
}
