import type { JSONScanner } from 'jsonc-parser';
import { createScanner } from 'jsonc-parser';
import { formatOf, quotesThatEscape } from './fileKinds';

/** A name and a value in a file, and where the value is. */
export interface Entry {
  readonly name: string;
  /** Without quotes and escapes. */
  readonly value: string;
  /** Offsets of the value as written, without its quotes. */
  readonly start: number;
  readonly end: number;
  /** Where it is in a JSON file. */
  readonly path?: readonly (string | number)[];
}

/**
 * Everything in a file that has a name or could be a secret without one, in order, in small steps so that a reader can pause.
 * @param path with slashes
 */
export function* entriesIn(text: string, path: string): Generator<readonly Entry[], void, undefined> {
  const format = formatOf(path);
  if (format === 'json') {
    yield* entriesInJson(text);
    return;
  }
  const quotes = quotesThatEscape(path);
  const read = (line: string, at: number) =>
    format === 'env' ? entriesInEnv(line, at) : entriesInText(line, at, quotes);
  let offset = 0;
  for (const whole of text.split('\n')) {
    // Minified and generated files have lines in which no person writes secrets.
    yield whole.length > longestLine ? [] : read(whole.replace(/\r$/, ''), offset);
    offset += whole.length + 1;
  }
}

const longestLine = 4000;

/**
 * Sections that hold names but don't belong to them: of local.settings.json, appsettings.json, ARM parameters, and VS Code's
 * files. What is deeper is joined by colons, as .NET does, so that `Search:Key` belongs to `Search:Endpoint`.
 */
const sections = new Set([
  ...['values', 'connectionstrings', 'parameters', 'variables', 'value', 'defaultvalue', 'connectionstring'],
  ...['configurations', 'tasks', 'options', 'env', 'environment', 'profiles', 'environmentvariables'],
  ...['inputs', 'args', 'resources', 'properties', 'outputs', 'instances', 'attributes'],
]);

/** Reads token by token instead of building a tree, so that a large file can be read with pauses, and one that nests deep at all. */
function* entriesInJson(text: string): Generator<readonly Entry[], void, undefined> {
  const scanner = createScanner(text, true);
  /** Where the scanner is, and for each level whether it's in an array. */
  const path: (string | number)[] = [];
  const arrays: boolean[] = [];
  let isName = false;
  for (;;) {
    scanner.scan();
    const [last, at] = [path.length - 1, scanner.getTokenOffset()];
    if (at >= text.length) return;
    const first = text.charAt(at);
    switch (first) {
      case '{':
      case '[':
        isName = first === '{';
        arrays.push(!isName);
        path.push(isName ? '' : 0);
        break;
      case '}':
      case ']':
        isName = false;
        arrays.pop();
        path.pop();
        break;
      case ',':
        isName = arrays[last] === false;
        if (arrays[last]) path[last] = Number(path[last]) + 1;
        break;
      case '"':
        if (isName) path[last] = scanner.getTokenValue();
        else if (path.length <= deepest && text.charAt(scanner.getPosition() - 1) === '"')
          yield [entryAt(scanner, [...path])];
        isName = false;
        break;
      default:
    }
  }
}

/** What a person writes isn't nested deeper. */
const deepest = 40;

function entryAt(scanner: JSONScanner, path: readonly (string | number)[]): Entry {
  const [start, length] = [scanner.getTokenOffset(), Math.max(2, scanner.getTokenLength())];
  return {
    ...{ name: nameOf(path), value: scanner.getTokenValue(), path },
    ...{ start: start + 1, end: start + length - 1 },
  };
}

function nameOf(path: readonly (string | number)[]): string {
  const names = path.filter((part) => typeof part === 'string');
  const telling = names.filter((name) => !sections.has(name.toLowerCase()));
  return (telling.length > 0 ? telling : names.slice(-1)).join(':');
}

function entriesInEnv(line: string, offset: number): Entry[] {
  const [all, before = '', name = '', rest = ''] =
    /^(\s*(?:export\s+|set\s+)?([A-Za-z_][\w.:-]*)\s*=\s*)(.*)$/i.exec(line) ?? [];
  if (all === undefined) return [];
  const quoted = /^(["'])(.*)\1\s*(?:#.*)?$/.exec(rest);
  const value = quoted ? (quoted[2] ?? '') : rest.replace(/\s+#.*$/, '').trimEnd();
  const start = offset + before.length + (quoted ? 1 : 0);
  return [{ name, value, start, end: start + value.length }];
}

/** The name before a value in quotes. */
const assigned = /([A-Za-z_][\w.-]*)["'\]]?\s*(?::|=|:=|=>|,)\s*[$@]*$/;

/**
 * Values in a line whose grammar doesn't matter: texts in quotes with the name before them, the rest of the line after
 * `name:` or `name=`, and URLs. Signed URLs have `&amp;` in XML. @param quotes those within which a backslash escapes
 */
function entriesInText(line: string, offset: number, quotes: string): Entry[] {
  const entries: Entry[] = [];
  const add = (name: string, written: string, at: number, value = written) => {
    const [start, end] = [offset + at, offset + at + written.length];
    const isKnown = entries.some((one) => one.start < end && start < one.end);
    if (written !== '' && !isKnown) entries.push({ name, value: value.replaceAll('&amp;', '&'), start, end });
  };
  for (const { 1: double, 2: single, 3: back, index } of line.matchAll(texts)) {
    const before = line.slice(Math.max(0, index - 200), index);
    const text = double ?? single ?? back ?? '';
    const escapes = quotes.includes(line.charAt(index)) && !verbatim.test(before);
    add(assigned.exec(before)?.[1] ?? '', text, index + 1, escapes ? unescaped(text) : text);
  }
  const [all, before = '', name = '', rest = ''] = restOf.exec(line) ?? [];
  if (all !== undefined) add(name, rest.replace(/\s+#.*$/, '').replace(/[,\s]+$/, ''), before.length);
  for (const { 0: url, index } of line.matchAll(/https?:\/\/[^\s"'`<>]+/g)) add('', url, index);
  for (const { 0: key, index } of line.matchAll(/[A-Za-z0-9+/_~.-]{40,90}={0,2}/g)) add('', key, index);
  return entries;
}

const texts = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`/g;
/** What makes a text of C# or Python have its backslashes as they are. */
const verbatim = /@\$?$|\b[bf]?r[bf]?$/i;

/** The escapes that the languages have in common. */
function unescaped(text: string): string {
  const known: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|([nrt\\"'`]))/g, (_, code?: string, one: string = '') =>
    code === undefined ? (known[one] ?? one) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

const restOf = /^(\s*(?:-\s+|ENV\s+|export\s+|set\s+)?([A-Za-z_][\w.-]*)\s*[:=]\s*)([^\s"'`{[|>].*)$/i;
