/** Why a process can't get a secret's value. */
export type InputRefusal =
  /** No launch configuration or task uses an input with these arguments. */
  | { readonly kind: 'unused' }
  /** It would be part of a command line, which the window shows. */
  | { readonly kind: 'outsideEnvironment' | 'terminal'; readonly name: string }
  /** VS Code would save it for the next start of an MCP server (mcpRegistry.ts, `_updateStorageWithExpressionInputs`). */
  | { readonly kind: 'saved'; readonly name: string };

/** What VS Code reads from a launch.json, tasks.json, or mcp.json. */
export interface InputSources {
  readonly inputs: unknown;
  /** Launch configurations, tasks, or MCP servers. */
  readonly items: unknown;
  /** VS Code saves the inputs. */
  readonly areSaved?: true;
}

/** A section of VS Code's settings, and a file of the folder .vscode. */
export type InputSection = 'launch' | 'tasks' | 'mcp';

/**
 * What VS Code reads from a section of its settings: it offers what all levels have, each with the inputs of its own level or
 * else the effective ones (configurationResolverService.ts, `resolveInputs`).
 * @param levels those of the user, the workspace, and a folder
 */
export function sourcesOf(
  section: InputSection,
  effective: unknown,
  levels: readonly unknown[],
): InputSources[] {
  const [all] = objects([effective]);
  return objects([effective, ...levels]).map((level) => ({
    inputs: level['inputs'] ?? all?.['inputs'],
    items: itemsOf(section, level),
    ...(section === 'mcp' ? { areSaved: true } : {}),
  }));
}

function itemsOf(section: InputSection, level: Readonly<Record<string, unknown>>): unknown {
  if (section === 'launch') return level['configurations'];
  if (section === 'mcp') {
    const [servers = {}] = objects([level['servers']]);
    return Object.entries(servers).map(([name, server]) => ({ name, server }));
  }
  // What stands beside the tasks holds for all of them.
  const { tasks, inputs: _, ...ofAll } = level;
  return [...objects(tasks), { label: 'tasks.json', ...ofAll }];
}

/**
 * Looks at all that use an input, because VS Code doesn't say for which it asks (baseConfigurationResolverService.ts,
 * `showUserInput`): a command gets the input's own arguments, and nothing of the configuration.
 * @returns undefined if every use puts the value only into the environment of a process that the debugger starts without a terminal, or of a task
 */
export function whyRefused(
  sources: readonly InputSources[],
  command: string,
  isAsked: (args: unknown) => boolean,
): InputRefusal | undefined {
  let used = false;
  for (const { inputs, items, areSaved } of sources)
    for (const input of objects(inputs)) {
      if (input['type'] !== 'command' || input['command'] !== command || !isAsked(input['args'])) continue;
      const variable = `\${input:${String(input['id'])}}`;
      for (const item of objects(items)) {
        const uses = pathsTo(item, variable);
        if (uses.length === 0) continue;
        used = true;
        const { name = item['label'] } = item;
        if (areSaved) return { kind: 'saved', name: textOf(name) };
        if (!uses.every(isEnvironment)) return { kind: 'outsideEnvironment', name: textOf(name) };
        if (mayUseTerminal(item)) return { kind: 'terminal', name: textOf(name) };
      }
    }
  return used ? undefined : { kind: 'unused' };
}

/**
 * Whether the debugger may start the program in a terminal, which then shows a command line with the whole environment. Only
 * the debuggers for Node.js, .NET, and Go are known to use none unless `console` says so.
 */
function mayUseTerminal({ request, type, console }: Readonly<Record<string, unknown>>): boolean {
  // The terminal of a task shows its command line without the environment.
  if (request === undefined) return false;
  return typeof console === 'string'
    ? console !== 'internalConsole'
    : !/^(?:(?:pwa-)?node|coreclr|go)$/.test(String(type));
}

/** Objects of a launch configuration or task whose members become environment variables; the C++ debuggers list them. */
function isEnvironment(path: readonly string[]): boolean {
  const [first, second, third, ...rest] = path.filter((part) => !/^(?:windows|linux|osx)$/.test(part));
  if (first === 'env') return second !== undefined && third === undefined;
  if (first === 'options') return second === 'env' && third !== undefined && rest.length === 0;
  return first === 'environment' && third === 'value' && rest.length === 0;
}

/** Where a text occurs, as names and indexes. */
function pathsTo(value: unknown, text: string, path: readonly string[] = []): string[][] {
  if (typeof value === 'string') return value.includes(text) ? [[...path]] : [];
  if (typeof value !== 'object' || value === null || path.length > 10) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const place = [...path, name];
    // VS Code fills in names, too.
    return [...(name.includes(text) ? [place] : []), ...pathsTo(member, text, place)];
  });
}

function objects(value: unknown): Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
