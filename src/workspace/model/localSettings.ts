import { findNodeAtLocation, parse, parseTree } from 'jsonc-parser';
import { withJson } from './jsonEdits';

/** The content of a local.settings.json, as far as Keyless uses it. */
export interface LocalSettings {
  /** Values that can't be read here, and mustn't be mixed with plain ones (Core Tools, AppSettingsFile.cs). */
  readonly encrypted: boolean;
  readonly values: ReadonlyMap<string, string>;
  readonly connectionStrings: ReadonlyMap<string, string>;
}

/** Where settings are in a local.settings.json. */
export type Section = 'Values' | 'ConnectionStrings';

/** @returns undefined if the text isn't a JSON object */
export function readLocalSettings(text: string): LocalSettings | undefined {
  const content: unknown = parse(text, [], { allowTrailingComma: true });
  if (!isObject(content)) return undefined;
  return {
    encrypted: content['IsEncrypted'] === true,
    values: textsOf(content['Values']),
    connectionStrings: textsOf(content['ConnectionStrings']),
  };
}

/**
 * Sets settings and leaves everything else as it is, comments and order included. A section that's missing is added, and
 * `IsEncrypted` if it's missing, because Core Tools take that as true. A connection string's object keeps its other members.
 */
export function setLocalSettings(
  text: string,
  section: Section,
  settings: Readonly<Record<string, string>>,
): string {
  let changed = text.trim() === '' ? '{\n  "IsEncrypted": false,\n  "Values": {}\n}\n' : text;
  const content: unknown = parse(changed, [], { allowTrailingComma: true });
  const all = isObject(content) ? content : {};
  const old = isObject(all[section]) ? all[section] : {};
  const write = (path: string[], value: unknown) => {
    changed = withJson(changed, path, value);
  };
  if (all['IsEncrypted'] === undefined) write(['IsEncrypted'], false);
  for (const [name, value] of Object.entries(settings))
    write(isObject(old[name]) ? [section, name, 'ConnectionString'] : [section, name], value);
  return changed;
}

/**
 * Puts settings in the place of a value. They belong in `Values`, because Core Tools read only connection strings in
 * `ConnectionStrings`. Those that exist elsewhere are changed there.
 * @param path where the value is
 */
export function replaceLocalSetting(
  text: string,
  path: readonly (string | number)[],
  settings: Readonly<Record<string, string>>,
): string {
  const [section, name] = path;
  const place = path.slice(0, 2);
  const known = readLocalSettings(text)?.values;
  const [there, added] = [true, false].map((isThere) =>
    Object.fromEntries(
      Object.entries(settings).filter(([one]) => (one !== name && known?.has(one) === true) === isThere),
    ),
  );
  const changed = there && Object.keys(there).length > 0 ? setLocalSettings(text, 'Values', there) : text;
  if (!added || Object.keys(added).length === 0) return withJson(changed, place, undefined);
  const tree = parseTree(changed, [], { allowTrailingComma: true });
  const property = tree && findNodeAtLocation(tree, place)?.parent;
  if (!property || section !== 'Values')
    return withJson(setLocalSettings(changed, 'Values', added), place, undefined);
  const before = changed.slice(changed.lastIndexOf('\n', property.offset) + 1, property.offset);
  const separator = /^\s*$/.test(before) ? `,${changed.includes('\r\n') ? '\r\n' : '\n'}${before}` : ', ';
  const written = Object.entries(added).map(
    ([one, value]) => `${JSON.stringify(one)}: ${JSON.stringify(value)}`,
  );
  return (
    changed.slice(0, property.offset) +
    written.join(separator) +
    changed.slice(property.offset + property.length)
  );
}

function textsOf(section: unknown): ReadonlyMap<string, string> {
  if (!isObject(section)) return new Map();
  return new Map(
    Object.entries(section).flatMap(([name, value]) => {
      const text = isObject(value) ? value['ConnectionString'] : value;
      return typeof text === 'string' ? [[name, text]] : [];
    }),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
