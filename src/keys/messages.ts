import { isObject, isText } from '../webview/messages';
import type { AppRows, KeyAction } from './model/keyRows';
import type { Choice, Column, GroupKind } from './model/keyTable';
import { everything, ways } from './model/keyTable';

/** `listing`: the apps aren't known yet. `stopped`: canceled, so that some apps weren't read. */
export type SearchState = 'listing' | 'reading' | 'done' | 'stopped' | 'failed';

/** News of a search. */
export interface SearchMessage {
  readonly type: 'search';
  /** Forget what earlier messages said of apps. */
  readonly fresh: boolean;
  readonly state: SearchState;
  /** What is searched, such as the name of an app. Empty for everything. */
  readonly scopeName: string;
  /** How many apps there are to read. */
  readonly of: number;
  /** Apps that were read, or read again. */
  readonly apps: readonly AppRows[];
  /** Tenants and subscriptions whose apps aren't known. */
  readonly unlisted: readonly { readonly name: string; readonly reason: string }[];
  /** Why the search failed, and what to do. */
  readonly failure?: { readonly reason: string; readonly nextStep: string };
}

/** A message from the page to the extension. */
export type PageMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'again' }
  | { readonly type: 'cancel' }
  | { readonly type: 'export'; readonly choice: Choice }
  /** Replace all keys of an app, or all those that open a resource. */
  | { readonly type: 'replaceAll'; readonly kind: GroupKind; readonly id: string }
  | { readonly type: 'act'; readonly action: KeyAction; readonly app: string; readonly key: string };

const actions: readonly KeyAction[] = [
  'replaceWithIdentity',
  'moveToKeyVault',
  'reveal',
  'rotateKey',
  'turnOffKeyAccess',
];

/** @returns undefined if the value isn't a valid message */
export function parsePageMessage(value: unknown): PageMessage | undefined {
  if (!isObject(value)) return undefined;
  const { type, action, app, key, choice, kind, id } = value;
  if (type === 'ready' || type === 'again' || type === 'cancel') return { type };
  if (type === 'export') return { type, choice: parseChoice(choice) };
  if (type === 'replaceAll' && (kind === 'app' || kind === 'resource') && isText(id))
    return { type, kind, id };
  const known = actions.find((one) => one === action);
  if (type === 'act' && known && isText(app) && isText(key)) return { type, action: known, app, key };
  return undefined;
}

/** @returns undefined if the value isn't a valid message. Its rows are checked only roughly because they come from Keyless. */
export function parseSearch(value: unknown): SearchMessage | undefined {
  if (!isObject(value)) return undefined;
  const { type, apps, unlisted, scopeName, of, state } = value;
  const isValid =
    type === 'search' &&
    isText(scopeName) &&
    isText(state) &&
    typeof of === 'number' &&
    [apps, unlisted].every((list) => Array.isArray(list) && list.every(isObject));
  return isValid ? (value as unknown as SearchMessage) : undefined;
}

const columns: readonly Column[] = ['app', 'name', 'kind', 'opens', 'usedBy', 'way'];

/** Invalid parts get their default values. */
function parseChoice(value: unknown): Choice {
  const { filter, way, groupBy, sortBy, descending } = isObject(value) ? value : {};
  return {
    filter: isText(filter) ? filter : everything.filter,
    way: ways.find((one) => one === way) ?? everything.way,
    groupBy: (['resource', 'app', 'none'] as const).find((one) => one === groupBy) ?? everything.groupBy,
    sortBy: columns.find((one) => one === sortBy) ?? everything.sortBy,
    descending: descending === true,
  };
}
