import fs from 'node:fs/promises';
import path from 'node:path';
import type { Site } from '../../world/world';
import { flexRuntimeOf } from '../resources/flexConsumption';

/** One entry of `bindings` in a function.json. */
interface Binding {
  type: string;
  name: string;
  direction?: string;
  authLevel?: string;
  route?: string;
  methods?: string[];
  [member: string]: unknown;
}

/** A function as described in its folder below wwwroot. */
export interface FunctionMetadata {
  name: string;
  folder: string;
  /** The content of function.json, unchanged. */
  config: {
    bindings: Binding[];
    scriptFile?: string;
    entryPoint?: string;
    disabled?: boolean;
    [member: string]: unknown;
  };
  /** Absolute; undefined if there is none. */
  scriptFile?: string;
  language: string;
  disabled: boolean;
  /** Undefined unless HTTP-triggered. */
  http?: {
    authLevel: 'anonymous' | 'function' | 'admin';
    methods?: string[];
    route: string;
    bindingName: string;
  };
  /** Why function.json can't be used. */
  error?: string;
}

/** The folder on this machine that represents `site/wwwroot`. */
export function wwwrootOf(site: Site): string {
  return path.join(site.homeFolder, 'site', 'wwwroot');
}

/** The runtime of an app on Flex Consumption, or `FUNCTIONS_WORKER_RUNTIME`, or `node` if it isn't set. */
export function runtimeOf(site: Site): string {
  return (flexRuntimeOf(site) ?? settingOf(site, 'FUNCTIONS_WORKER_RUNTIME') ?? 'node').toLowerCase();
}

/** The value of an app setting. Windows ignores case in its name, and the sandbox always does. */
export function settingOf(site: Site, name: string): string | undefined {
  const key = Object.keys(site.appSettings).find(
    (candidate) => candidate.toLowerCase() === name.toLowerCase(),
  );
  return key === undefined ? undefined : (site.appSettings[key] ?? undefined);
}

/** Why this function can't run here; undefined if it can. */
export function whyNotRun({ name, error, scriptFile, config }: FunctionMetadata): string | undefined {
  if (error !== undefined) return error;
  if (scriptFile === undefined) return `The function '${name}' has no script file.`;
  const missing = config.bindings.find(({ type }) => /^(?:serviceBus|eventHub|cosmosDB|sql)/i.test(type));
  return (
    missing && `The sandbox doesn't have the service of the binding '${missing.name}' (${missing.type}).`
  );
}

/**
 * Reads all functions of an app, sorted by name. Folders without a function.json are skipped. A folder's name may be any
 * that an app can declare in its code, such as `GET modules` (azure-functions-dotnet-worker#777).
 */
export async function readFunctions(site: Site): Promise<FunctionMetadata[]> {
  const wwwroot = wwwrootOf(site);
  const entries = await fs.readdir(wwwroot, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => readFunction(site, path.join(wwwroot, entry.name), entry.name)),
  );
  const declared = runtimeOf(site) === 'dotnet-isolated' ? await readDeclaredFunctions(site) : [];
  return [...found, ...declared]
    .filter((metadata) => metadata !== undefined)
    .sort((left, right) => left.name.localeCompare(right.name));
}

/** Functions that an isolated .NET app declares in code. Its build lists them in `functions.metadata`. */
async function readDeclaredFunctions(site: Site): Promise<FunctionMetadata[]> {
  const folder = wwwrootOf(site);
  const text = await fs.readFile(path.join(folder, 'functions.metadata'), 'utf8').catch(() => '[]');
  const declared = JSON.parse(text) as (FunctionMetadata['config'] & { name: string })[];
  return declared.map(({ name, ...config }) => {
    const language = runtimeOf(site);
    const metadata: FunctionMetadata = { name, folder, config, language, disabled: false };
    addConfig(site, metadata, config);
    return metadata;
  });
}

async function readFunction(site: Site, folder: string, name: string): Promise<FunctionMetadata | undefined> {
  const text = await fs.readFile(path.join(folder, 'function.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const metadata: FunctionMetadata = {
    name,
    folder,
    config: { bindings: [] },
    language: runtimeOf(site),
    disabled: false,
  };
  try {
    addConfig(site, metadata, JSON.parse(text.replace(/^\uFEFF/, '')) as Partial<FunctionMetadata['config']>);
  } catch (error) {
    metadata.error = `The '${name}' function is in error: Unable to parse function.json. ${error instanceof Error ? error.message : String(error)}`;
    return metadata;
  }
  const scriptFile = await findScript(folder, metadata.config.scriptFile);
  if (scriptFile !== undefined) metadata.scriptFile = scriptFile;
  return metadata;
}

function addConfig(
  site: Site,
  metadata: FunctionMetadata,
  config: Partial<FunctionMetadata['config']>,
): void {
  const { name } = metadata;
  metadata.config = { ...config, bindings: Array.isArray(config.bindings) ? config.bindings : [] };
  // Since version 2, the host ignores `disabled` in function.json (azure-functions-host#2767).
  metadata.disabled = /^(true|1)$/i.test(settingOf(site, `AzureWebJobs.${name}.Disabled`) ?? '');
  const trigger = metadata.config.bindings.find((binding) => /^httpTrigger$/i.test(binding.type));
  if (trigger !== undefined) {
    const level = (trigger.authLevel ?? 'function').toLowerCase();
    metadata.http = {
      authLevel: level === 'anonymous' || level === 'admin' ? level : 'function',
      route: trigger.route || name,
      bindingName: trigger.name,
    };
    if (Array.isArray(trigger.methods))
      metadata.http.methods = trigger.methods.map((method) => method.toUpperCase());
  }
}

// The host uses `scriptFile`, then the only file, then `run.*`, then `index.js`
// (FunctionMetadataProvider.cs).
async function findScript(folder: string, named: string | undefined): Promise<string | undefined> {
  if (named !== undefined) return path.resolve(folder, named);
  const names = (await fs.readdir(folder)).filter(
    (name) => name !== 'function.json' && path.extname(name) !== '.json',
  );
  const chosen =
    names.length === 1
      ? names[0]
      : (names.find((name) => /^run\./i.test(name)) ??
        names.find((name) => /^(index|__init__)\.(c?js|py)$/i.test(name)));
  return chosen === undefined ? undefined : path.join(folder, chosen);
}
