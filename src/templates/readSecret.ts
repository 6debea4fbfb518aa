import * as l10n from '@vscode/l10n';
import { csharpScriptFunction, isolatedFunction } from './dotnet';
import { javaFunction } from './java';
import { javaScriptFunction, javaScriptV4Function } from './javaScript';
import { powerShellFunction } from './powerShell';
import { moduleName, pythonBlueprint, pythonFunction } from './python';
import type { Files, ReadSecretOptions } from './template';

/** What decides which files a function needs, and where they can go. */
export interface Project {
  /** The setting FUNCTIONS_WORKER_RUNTIME, e.g. `node`, `python`, `dotnet-isolated`. */
  readonly runtime: string;
  /** Functions are declared in code (Node v4, Python v2): the host then ignores function.json. */
  readonly declaredInCode: boolean;
  /** Why the app's own files can't be written; undefined where they can. */
  readonly readOnly?: string;
}

export interface Plan {
  readonly files: Files;
  /** The one that a person wants to see. */
  readonly main: string;
  /** On the app itself, or in a project that is built and deployed from the workspace. */
  readonly place: 'site' | 'workspace';
  /** Commands that add the packages it needs. */
  readonly packages: readonly string[];
  /** What else a person should know, as sentences. */
  readonly notes: readonly string[];
}

/**
 * The files of a function that reads a secret. Those for the site use the runtime's own HTTP client alone, since writing
 * files through Kudu restores no packages; only C# script restores its own. Comments and texts in the files stay English,
 * as code does; only what is said about them is translated.
 * @returns undefined for a runtime that Keyless knows no function for
 */
export function planFunction(project: Project, options: ReadSecretOptions): Plan | undefined {
  const place = project.readOnly === undefined ? 'site' : 'workspace';
  const simple = (files: Files): Plan => ({ ...planOf(files), place });
  const built = (files: Files, packages: readonly string[], notes: readonly string[] = []): Plan => ({
    ...planOf(files),
    place: 'workspace',
    packages,
    notes,
  });
  switch (project.runtime.toLowerCase()) {
    case 'node':
      return project.declaredInCode
        ? built(javaScriptV4Function(options), ['npm install @azure/identity @azure/keyvault-secrets'])
        : simple(javaScriptFunction(options));
    case 'python':
      return project.declaredInCode
        ? built(pythonBlueprint(options), [], [registration(options.functionName)])
        : simple(pythonFunction(options));
    case 'powershell':
      return simple(powerShellFunction(options));
    case 'dotnet':
      return { ...simple(csharpScriptFunction(options)), notes: [inProcessEnds()] };
    case 'dotnet-isolated':
      return built(isolatedFunction(options), [
        'dotnet add package Azure.Identity',
        'dotnet add package Azure.Security.KeyVault.Secrets',
      ]);
    case 'java':
      return built(
        javaFunction(options),
        [],
        [
          l10n.t(
            'Add com.azure:azure-identity and com.azure:azure-security-keyvault-secrets to the project.',
          ),
        ],
      );
    default:
      return undefined;
  }
}

/** Whether functions are declared in code, by the files of the code folder and its package.json, if there is one. */
export function isDeclaredInCode(runtime: string, files: readonly string[], packageJson?: string): boolean {
  if (runtime === 'python') return files.includes('function_app.py');
  return (
    runtime === 'node' &&
    /"main"\s*:/.test(packageJson ?? '') &&
    /"@azure\/functions"/.test(packageJson ?? '')
  );
}

function inProcessEnds(): string {
  return l10n.t(
    'Support for the in-process model, and with it for C# script, ended on 10 November 2026: new apps use the isolated worker model.',
  );
}

function registration(functionName: string): string {
  const name = moduleName(functionName);
  return l10n.t('Add to function_app.py: "from {0} import bp" and "app.register_functions(bp)".', name);
}

function planOf(files: Files): Omit<Plan, 'place'> {
  const main = Object.keys(files).find((path) => !/function\.(json|proj)$/.test(path)) ?? '';
  return { files, main, packages: [], notes: [] };
}
