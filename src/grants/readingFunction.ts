import { hasFeature } from '../azure/appService/hosting/features';
import { missingRouteParameters } from '../azure/appService/invoke';
import { listScmFolder, readScmFile } from '../azure/appService/scm';
import { readAppSettings } from '../azure/appService/settings/appSettings';
import { codeFolder, noFilesReason } from '../azure/appService/siteFolders';
import { listFunctions } from '../azure/appService/sites';
import { sameId } from '../azure/core/armId';
import type { Connection } from '../azure/core/connection';
import { AzureError } from '../azure/core/errors';
import type { FunctionApp, FunctionInfo } from '../azure/core/model';
import { isReference } from '../azure/core/secrets/inFlight';

/** A secret, and the identity that should read it. */
export interface Reading {
  readonly vaultName: string;
  readonly secretName: string;
  /** `SystemAssigned`, or the ARM ID of a user-assigned identity. */
  readonly identity: string;
}

/** Larger apps and files aren't searched to the end: a person can still select the function. */
const most = { functions: 10, files: 10, bytes: 256 * 1024 };

/**
 * A function whose code reads a secret as an identity, so that running it proves that the app can. Its code names the
 * vault and the secret, itself or by app settings. A setting with a Key Vault reference doesn't count, because App Service
 * reads that one. @returns undefined if the code can't be seen or names neither @throws AzureError
 */
export async function findReadingFunction(
  c: Connection,
  app: FunctionApp,
  reading: Reading,
  signal?: AbortSignal,
): Promise<FunctionInfo | undefined> {
  if (!hasFeature(app, 'functions') || noFilesReason(app)) return undefined;
  const [functions, settings] = await Promise.all([
    listFunctions(c, app, signal),
    readAppSettings(c, app, signal),
  ]);
  const callable = functions.filter(isCallable).slice(0, most.functions);
  const codes = await Promise.all(callable.map(({ name }) => codeOf(c, app, name, signal)));
  return callable.find((_, index) => reads(textOf(codes[index] ?? '', settings), app, reading));
}

/** Whether a plain GET request runs the function. */
export function isCallable({ disabled, http, ...fn }: FunctionInfo): boolean {
  return (
    !disabled &&
    http !== undefined &&
    (http.methods.length === 0 || http.methods.includes('GET')) &&
    missingRouteParameters({ ...fn, disabled, http }, {}).length === 0
  );
}

/** The source code in a function's folder, or in the file of programming model v4 that has its name. */
async function codeOf(
  c: Connection,
  app: FunctionApp,
  name: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  // The host's rule for function names, which keeps them from leading elsewhere.
  if (!/^[a-z][\w-]*$/i.test(name)) return '';
  const folder = `${codeFolder}/${name}`;
  const files = await orAbsent(listScmFolder(c, app, folder, signal));
  const paths = files
    ? files
        .filter(
          (file) => !file.folder && file.size <= most.bytes && /\.([cm]?[jt]s|py|ps1|csx)$/i.test(file.name),
        )
        .slice(0, most.files)
        .map((file) => `${folder}/${file.name}`)
    : [`${codeFolder}/src/functions/${name}.js`];
  const read = await Promise.all(paths.map((path) => orAbsent(readScmFile(c, app, path, 0, signal))));
  return read.map((file) => Buffer.from(file?.bytes ?? []).toString('utf8')).join('\n');
}

async function orAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AzureError && error.status === 404) return undefined;
    throw error;
  }
}

/** The code, and the values of the settings that it names. A secret value. */
function textOf(code: string, settings: ReadonlyMap<string, string>): string {
  const named = new Set(code.split(/\W+/));
  // The SDK's DefaultAzureCredential reads it by itself (defaultAzureCredential.ts of azure-sdk-for-js).
  named.add('AZURE_CLIENT_ID');
  const values = [...settings].filter(([name, value]) => named.has(name) && !isReference(value));
  return [code, ...values.map(([, value]) => value)].join('\n');
}

function reads(text: string, { identity }: FunctionApp, reading: Reading): boolean {
  const words = new Set(text.toLowerCase().split(/[^\w-]+/));
  const named = identity.userAssigned.filter(({ clientId }) => words.has(clientId.toLowerCase()));
  const asIt = /^(systemassigned)?$/i.test(reading.identity)
    ? named.length === 0
    : named.length === 1 && named.every(({ resourceId }) => sameId(resourceId, reading.identity));
  return asIt && words.has(reading.vaultName.toLowerCase()) && words.has(reading.secretName.toLowerCase());
}
