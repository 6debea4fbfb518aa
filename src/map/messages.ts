import type { AccessMap } from './model/map';
import type { MapChoice } from './model/mapView';
import { wholeMap } from './model/mapView';
import { isObject, isText, isTexts } from '../webview/messages';

/** A message from the extension to the map's page. */
interface MapMessage {
  readonly type: 'map';
  readonly map: AccessMap;
  /** The scope's name, such as the name of an app. Empty for the whole map. */
  readonly scopeName: string;
  readonly scope: string;
  /** What is still being read. Empty when everything is there. */
  readonly progress: string;
}

export type HostMessage = MapMessage | { readonly type: 'failed'; readonly reason: string };

/** A message from the map's page to the extension. `id` is a node ID. */
export type ViewMessage =
  /** The page is there, or its user has chosen whether to show users, groups, and other principals. */
  | { readonly type: 'ready'; readonly others: boolean }
  | { readonly type: 'refresh' }
  | { readonly type: 'open'; readonly id: string; readonly focus: boolean }
  | { readonly type: 'secrets'; readonly id: string }
  | { readonly type: 'export'; readonly format: 'svg' | 'csv'; readonly choice: MapChoice };

/** What the page keeps when the window reloads. Contains names and IDs, but no secret values. */
export interface MapState {
  readonly choice: MapChoice;
  readonly scopeName: string;
  /** ID of the selected node. */
  readonly selected: string;
}

/** @returns undefined if the value isn't a valid message */
export function parseViewMessage(value: unknown): ViewMessage | undefined {
  if (!isObject(value)) return undefined;
  const { type, id, focus, format, others } = value;
  if (type === 'ready') return { type, others: others === true };
  if (type === 'refresh') return { type };
  if (type === 'open' && isText(id)) return { type, id, focus: focus === true };
  if (type === 'secrets' && isText(id)) return { type, id };
  if (type === 'export' && (format === 'svg' || format === 'csv'))
    return { type, format, choice: parseChoice(value['choice']) };
  return undefined;
}

/** @returns undefined if the value isn't a valid message. The map is checked only roughly because it comes from Keyless. */
export function parseHostMessage(value: unknown): HostMessage | undefined {
  if (!isObject(value)) return undefined;
  const { type, map, scopeName, scope, progress, reason } = value;
  if (type === 'failed' && isText(reason)) return { type, reason };
  if (type !== 'map' || !isText(scopeName) || !isText(scope) || !isText(progress)) return undefined;
  if (!isMap(map)) return undefined;
  return { type, map, scopeName, scope, progress };
}

/** Parses saved state. Invalid parts get their default values. */
export function parseState(value: unknown): MapState {
  const { choice, scopeName, selected } = isObject(value) ? value : {};
  return {
    choice: parseChoice(choice),
    scopeName: isText(scopeName) ? scopeName : '',
    selected: isText(selected) ? selected : '',
  };
}

function parseChoice(value: unknown): MapChoice {
  const { expanded, filter, others, brokenOnly, scope } = isObject(value) ? value : {};
  return {
    expanded: isTexts(expanded) ? expanded : wholeMap.expanded,
    filter: isText(filter) ? filter : wholeMap.filter,
    others: others === true,
    brokenOnly: brokenOnly === true,
    scope: isText(scope) ? scope : wholeMap.scope,
  };
}

function isMap(value: unknown): value is AccessMap {
  if (!isObject(value)) return false;
  const { nodes, edges } = value;
  return (
    Array.isArray(nodes) &&
    Array.isArray(edges) &&
    nodes.every(
      (node) => isObject(node) && isText(node['id']) && isText(node['name']) && isText(node['kind']),
    ) &&
    edges.every(
      (edge) => isObject(edge) && isText(edge['from']) && isText(edge['to']) && Array.isArray(edge['paths']),
    )
  );
}
