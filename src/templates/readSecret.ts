import * as l10n from '@vscode/l10n';
import { csharpScriptFunction, isolatedFunction } from './dotnet';
import { javaFunction } from './java';
import { javaScriptFunction, javaScriptV4Function } from './javaScript';
import { powerShellFunction } from './powerShell';
import { moduleName, pythonBlueprint, pythonFunction } from './python';
import type { Files, ReadSecretOptions } from './template';

/** Determines which files a function needs and where they can be written. */
export interface Project {
  /** Such as `node`, `python` or `dotnet-isolated`. */
  readonly runtime: string;
  /** Whether functions are declared in code (Node v4, Python v2), in which case the host ignores function.json. */
  readonly declaredInCode: boolean;
  /** Why the app's own files can't be written. Undefined if they can. */
  readonly readOnly?: string;
}

export interface Plan {
  readonly files: Files;
  /** The file to show to the user. */
  readonly main: string;
  /** Whether to write to the app itself or to a project that is built and deployed from the workspace. */
  readonly place: 'site' | 'workspace';
  /** Commands that add the packages that the function needs. */
  readonly packages: readonly string[];
  /** Anything else the user should know, in sentences. */
  readonly notes: readonly string[];
}

/**
 * The files of a function that reads a secret. Files for the site use only the runtime's built-in HTTP client, because
 * writing files through Kudu doesn't restore packages. Only C# script restores its own. Comments and messages in the
 * files stay English, like code. Only what Keyless says about them is translated.
 * @returns undefined for a runtime that Keyless has no template for
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
            'Add com.azure:azure-identity and com.azure:azure-security-keyvault-secrets to your project.',
          ),
        ],
      );
    default:
      return undefined;
  }
}

/**
 * Whether functions are declared in code, judging by the files in the code folder and its package.json, if any. If the
 * files aren't known, they are, as in every new project.
 */
export function isDeclaredInCode(
  runtime: string,
  files: readonly string[] | undefined,
  packageJson?: string,
): boolean {
  if (!files) return runtime === 'python' || runtime === 'node';
  if (runtime === 'python') return files.includes('function_app.py');
  return (
    runtime === 'node' &&
    /"main"\s*:/.test(packageJson ?? '') &&
    /"@azure\/functions"/.test(packageJson ?? '')
  );
}

function inProcessEnds(): string {
  return l10n.t(
    'Support for the in-process model, and with it C# script, ended on November 10, 2026. Use the isolated worker model for new apps.',
  );
}

function registration(functionName: string): string {
  const name = moduleName(functionName);
  return l10n.t('Add "from {0} import bp" and "app.register_functions(bp)" to function_app.py.', name);
}

function planOf(files: Files): Omit<Plan, 'place'> {
  const main = Object.keys(files).find((path) => !/function\.(json|proj)$/.test(path)) ?? '';
  return { files, main, packages: [], notes: [] };
}
