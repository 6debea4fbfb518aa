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

/** Loads a module with a stub (this file) in place of `vscode`, which exists only in an extension host. */
export function withVscodeStub<T>(load: () => T, stub = __filename): T {
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
  }
}
