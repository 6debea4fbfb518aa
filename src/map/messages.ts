import type { AccessMap } from './model/map';
import type { MapChoice } from './model/mapView';
import { wholeMap } from './model/mapView';

/** What the map's window is told. */
export interface MapMessage {
  readonly type: 'map';
  readonly map: AccessMap;
  /** Of the scope, e.g. the name of an app; empty for the whole. */
  readonly scopeName: string;
  readonly scope: string;
  /** What is still being read; empty when all is there. */
  readonly progress: string;
}

export type HostMessage = MapMessage | { readonly type: 'failed'; readonly reason: string };

/** What the map's window asks for; `id` is a node's. */
export type ViewMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'refresh' }
  | { readonly type: 'open'; readonly id: string; readonly focus: boolean }
  | { readonly type: 'secrets'; readonly id: string }
  | { readonly type: 'export'; readonly format: 'svg' | 'csv'; readonly choice: MapChoice };

/** What the window keeps over a reload. No secret value: names and IDs. */
export interface MapState {
  readonly choice: MapChoice;
  readonly scopeName: string;
  /** Node. */
  readonly selected: string;
}

/** @returns undefined for what is no such message */
export function parseViewMessage(value: unknown): ViewMessage | undefined {
  if (!isObject(value)) return undefined;
  const { type, id, focus, format } = value;
  if (type === 'ready' || type === 'refresh') return { type };
  if (type === 'open' && isText(id)) return { type, id, focus: focus === true };
  if (type === 'secrets' && isText(id)) return { type, id };
  if (type === 'export' && (format === 'svg' || format === 'csv'))
    return { type, format, choice: parseChoice(value['choice']) };
  return undefined;
}

/** @returns undefined for what is no such message; the map itself comes from this extension */
export function parseHostMessage(value: unknown): HostMessage | undefined {
  if (!isObject(value)) return undefined;
  const { type, map, scopeName, scope, progress, reason } = value;
  if (type === 'failed' && isText(reason)) return { type, reason };
  if (type !== 'map' || !isText(scopeName) || !isText(scope) || !isText(progress)) return undefined;
  if (!isMap(map)) return undefined;
  return { type, map, scopeName, scope, progress };
}

/** What was kept; whatever is not in order is as at the beginning. */
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

/** IDs and names of Azure are far shorter. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 2000;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= 10_000 && value.every(isText);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
