import type { AccessMap, MapFix } from './model/map';
import type { MapChoice } from './model/mapView';
import { wholeMap } from './model/mapView';
import { isObject, isText, isTexts } from '../webview/messages';
import type { Palette } from './style';
import { lightPalette, mapColors } from './style';

/** A message from the extension to the map's page. */
interface MapMessage {
  readonly type: 'map';
  readonly map: AccessMap;
  /** The scope's name, such as the name of an app. Empty for the whole map. */
  readonly scopeName: string;
  readonly scope: string;
  /** What is still being read. Empty when everything is there. */
  readonly progress: string;
  /** Whose resources couldn't be listed, in a sentence. Empty if the map is complete. */
  readonly unlisted: string;
}

export type HostMessage =
  | MapMessage
  | { readonly type: 'failed'; readonly reason: string }
  /** The map of this scope was opened again. */
  | { readonly type: 'scope'; readonly scope: string; readonly scopeName: string };

/** A message from the map's page to the extension. `id` is a node ID. */
export type ViewMessage =
  /** The page is there, or its user has chosen whether to show users, groups, and other principals, or keys. */
  | { readonly type: 'ready'; readonly others: boolean; readonly keys: boolean }
  | { readonly type: 'refresh' }
  | { readonly type: 'open'; readonly id: string; readonly focus: boolean }
  | { readonly type: 'secrets'; readonly id: string }
  /** What the page shows now: the name of a scope or of a node, or empty for everything. */
  | { readonly type: 'title'; readonly name: string }
  | { readonly type: 'fix'; readonly fix: MapFix }
  | ({ readonly type: 'export'; readonly format: 'svg' | 'csv' } & Exported);

/** What to export, and in which colors. */
export interface Exported {
  readonly choice: MapChoice;
  /** What the page shows. Empty for everything. */
  readonly name: string;
  readonly palette: Palette;
}

/** What the page keeps when the window reloads. Contains names and IDs, but no secret values. */
export interface MapState {
  readonly choice: MapChoice;
  readonly scopeName: string;
  /** ID of the selected node or line. */
  readonly selected: string;
  /** Name of the node that the map is focused on. */
  readonly focusName: string;
  /** Whether the side panel is hidden. */
  readonly folded: boolean;
}

/** @returns undefined if the value isn't a valid message */
export function parseViewMessage(value: unknown): ViewMessage | undefined {
  if (!isObject(value)) return undefined;
  const { type, id, focus, format, others, keys, name, fix } = value;
  if (type === 'ready') return { type, others: others === true, keys: keys === true };
  if (type === 'refresh') return { type };
  if (type === 'open' && isText(id)) return { type, id, focus: focus === true };
  if (type === 'secrets' && isText(id)) return { type, id };
  if (type === 'title' && isText(name)) return { type, name };
  if (type === 'fix' && isFix(fix)) return { type, fix };
  if (type === 'export' && (format === 'svg' || format === 'csv') && isText(name))
    return {
      type,
      format,
      name,
      choice: parseChoice(value['choice']),
      palette: parsePalette(value['palette']),
    };
  return undefined;
}

/** @returns undefined if the value isn't a valid message. The map is checked only roughly because it comes from Keyless. */
export function parseHostMessage(value: unknown): HostMessage | undefined {
  if (!isObject(value)) return undefined;
  const { type, map, scopeName, scope, progress, unlisted, reason } = value;
  if (type === 'failed' && isText(reason)) return { type, reason };
  if (!isText(scopeName) || !isText(scope)) return undefined;
  if (type === 'scope') return { type, scope, scopeName };
  if (type !== 'map' || !isText(progress) || !isText(unlisted) || !isMap(map)) return undefined;
  return { type, map, scopeName, scope, progress, unlisted };
}

/** Parses saved state. Invalid parts get their default values. */
export function parseState(value: unknown): MapState {
  const { choice, scopeName, selected, focusName, folded } = isObject(value) ? value : {};
  return {
    choice: parseChoice(choice),
    scopeName: isText(scopeName) ? scopeName : '',
    selected: isText(selected) ? selected : '',
    focusName: isText(focusName) ? focusName : '',
    folded: folded === true,
  };
}

function parseChoice(value: unknown): MapChoice {
  const { expanded, filter, others, keys, brokenOnly, scope, focus, grouped } = isObject(value) ? value : {};
  return {
    expanded: isTexts(expanded) ? expanded : wholeMap.expanded,
    filter: isText(filter) ? filter : wholeMap.filter,
    others: others === true,
    keys: keys === true,
    brokenOnly: brokenOnly === true,
    scope: isText(scope) ? scope : wholeMap.scope,
    focus: isText(focus) ? focus : wholeMap.focus,
    ...(typeof grouped === 'boolean' ? { grouped } : {}),
  };
}

/** Only plain colors get into the style of a picture. */
function parsePalette(value: unknown): Palette {
  const colors = isObject(value) ? value : {};
  return mapColors(lightPalette, (usual, name) => {
    const color = colors[name];
    return isText(color) && /^#[\da-f]{6}$/.test(color) ? color : usual;
  });
}

function isFix(value: unknown): value is MapFix {
  if (!isObject(value)) return false;
  const { kind, app, about } = value;
  const kinds: readonly MapFix['kind'][] = [
    ...(['reference', 'access', 'identityAccess', 'deletedIdentity', 'referenceIdentity', 'key'] as const),
  ];
  return kinds.some((known) => known === kind) && isText(app) && isText(about);
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
