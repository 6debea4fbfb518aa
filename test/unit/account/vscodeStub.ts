import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

/** The parts of the VS Code API that src/account uses for sign-in, and src/files for URIs. Tests set the answers and inspect the calls. */
export const authentication = {
  calls: [] as { provider: string; scopes: unknown; options: unknown }[],
  answer: undefined as object | undefined,
  /** Takes the place of `answer`. */
  provider: undefined as ((scopes: unknown, options: unknown) => Promise<object | undefined>) | undefined,
  getSession(provider: string, scopes: unknown, options: unknown): Promise<object | undefined> {
    authentication.calls.push({ provider, scopes, options });
    return authentication.provider?.(scopes, options) ?? Promise.resolve(authentication.answer);
  },
};

export const settings: Record<string, unknown> = {};

export const workspace = {
  getConfiguration: (section?: string) => ({
    get: (name: string, otherwise?: unknown) => settings[section ? `${section}.${name}` : name] ?? otherwise,
    update(name: string, value: unknown) {
      settings[section ? `${section}.${name}` : name] = value;
      return Promise.resolve();
    },
  }),
};

export const window = {
  answer: undefined as string | undefined,
  asked: [] as string[],
  showWarningMessage(message: string, options: { detail: string }): Promise<string | undefined> {
    window.asked.push(`${message} ${options.detail}`);
    return Promise.resolve(window.answer);
  },
};

export const l10n = {
  t: (text: string, ...values: string[]) =>
    text.replace(/\{(\d+)\}/g, (_, index) => values[Number(index)] ?? ''),
};

export const Uri = { from: <T>(components: T) => components };

export const ConfigurationTarget = { Global: 1 };

/**
 * Loads a module with a stub (this file) in place of `vscode`, which exists only in an extension host. What was loaded with
 * it is forgotten afterward, so that no other test gets modules with this stub.
 */
export function withVscodeStub<T>(load: () => T, stub = __filename): T {
  const before = new Set(Object.keys(require.cache));
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'vscode'
        ? { url: pathToFileURL(stub).href, format: 'commonjs', shortCircuit: true }
        : next(specifier, context),
  });
  try {
    return load();
  } finally {
    hooks.deregister();
    for (const name of dependentsOf(stub, before)) Reflect.deleteProperty(require.cache, name);
  }
}

/** The modules loaded since then that need this one, directly or not. */
function dependentsOf(name: string, before: ReadonlySet<string>): ReadonlySet<string> {
  const loaded = Object.values(require.cache).filter((one) => one && !before.has(one.filename));
  const found = new Set<string>();
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const one of loaded) {
      const { filename, children = [] } = (one ?? {}) as Partial<NodeJS.Module>; // an ES module has none
      if (filename && children.some((child) => child.filename === name || found.has(child.filename)))
        found.add(filename);
    }
  }
  return found;
}
