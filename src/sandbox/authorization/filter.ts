import { FilterSyntaxError, leavesOf, parseFilter, type Filter, type FilterLeaf } from '../arm/odata';
import { ArmError } from '../arm/provider';

/** A parsed `$filter` of Microsoft.Authorization. */
export interface AuthorizationFilter {
  /** `atScope()`: at and above the scope, not below. */
  atScope: boolean;
  /** `atScopeAndBelow()`. */
  atScopeAndBelow: boolean;
  /** `asTarget()`: only what applies to the caller. */
  asTarget: boolean;
  /** `assignedTo('id')`: includes assignments through groups. */
  assignedTo?: string;
  /** `property eq 'value'`, with the property in lowercase. */
  values: Record<string, string>;
}

/**
 * Reads a `$filter` made of functions and equalities joined by `and`.
 * @param properties those that can be compared, in lowercase
 * @throws ArmError 400 UnsupportedQuery, inferred from the widely quoted text
 */
export function readAuthorizationFilter(text: string | null, properties: string[]): AuthorizationFilter {
  const result: AuthorizationFilter = {
    ...{ atScope: false, atScopeAndBelow: false, asTarget: false },
    values: {},
  };
  if (text === null || text.trim() === '') return result;
  for (const leaf of conjunctionOf(text)) {
    if (leaf.kind === 'compare') {
      const property = leaf.property.toLowerCase();
      if (leaf.operator !== 'eq' || !properties.includes(property)) throw unsupported(text);
      result.values[property] = leaf.value;
      continue;
    }
    const [argument] = leaf.arguments;
    if (leaf.name === 'atscope' && argument === undefined) result.atScope = true;
    else if (leaf.name === 'atscopeandbelow' && argument === undefined) result.atScopeAndBelow = true;
    else if (leaf.name === 'astarget' && argument === undefined) result.asTarget = true;
    else if (leaf.name === 'assignedto' && argument !== undefined)
      result.assignedTo = 'value' in argument ? argument.value : argument.property;
    else throw unsupported(text);
  }
  return result;
}

function conjunctionOf(text: string): FilterLeaf[] {
  try {
    const filter = parseFilter(text);
    if (hasOr(filter)) throw unsupported(text);
    return leavesOf(filter);
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw unsupported(text);
    throw error;
  }
}

function hasOr(filter: Filter): boolean {
  return filter.kind === 'or' || (filter.kind === 'and' && (hasOr(filter.left) || hasOr(filter.right)));
}

function unsupported(text: string): ArmError {
  return new ArmError(
    400,
    'UnsupportedQuery',
    `The filter '${text}' is not supported. Supported filters are either 'atScope()' or 'principalId eq '{value}' or assignedTo('{value}')'.`,
  );
}
