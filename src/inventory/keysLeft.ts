import { randomBytes } from 'node:crypto';
import type { CredentialSources, Finding } from '../access/credentials/findings';
import type { Binding } from '../access/credentials/uses';
import { findCredentials } from '../access/credentials/findings';
import { listBasicPublishing } from '../azure/appService/basicPublishing';
import { hasFeature } from '../azure/appService/hosting/features';
import { listAppSettings } from '../azure/appService/settings/appSettings';
import { listFunctions } from '../azure/appService/sites';
import type { Connection } from '../azure/core/connection';
import { Slot } from '../azure/core/connection';
import { isAbort } from '../azure/core/errors';
import type { AppSettingInfo, FunctionApp, FunctionInfo } from '../azure/core/model';

/** A credential of an app, and the setting that holds it, without its value. */
interface KeyLeft {
  readonly finding: Finding;
  /** Absent for a publishing password. */
  readonly setting?: AppSettingInfo;
}

/** The credentials that an app holds. */
export interface KeysLeft {
  readonly keys: readonly KeyLeft[];
  /** What couldn't be read, so that there may be more, or others may use them. */
  readonly unread: readonly ('functions' | 'publishing')[];
}

const salts = new Slot(() => randomBytes(32));

/**
 * Finds the credentials that an app holds in its settings, its connection strings, and its ways of publishing. No value
 * leaves this function. @throws AzureError if the settings can't be read
 */
export async function findKeysLeft(c: Connection, app: FunctionApp, signal: AbortSignal): Promise<KeysLeft> {
  const values = { appsettings: new Map<string, string>(), connectionstrings: new Map<string, string>() };
  const unread: ('functions' | 'publishing')[] = [];
  const orUnread = async <T>(part: 'functions' | 'publishing', read: Promise<T>): Promise<T | undefined> => {
    try {
      return await read;
    } catch (error) {
      if (isAbort(error)) throw error;
      unread.push(part);
      return undefined;
    }
  };
  const [settings, functions, basicPublishing] = await Promise.all([
    listAppSettings(c, app, signal, (name, value, kind) => {
      values[kind].set(name, value);
      return false;
    }),
    hasFeature(app, 'functions') ? orUnread('functions', listFunctions(c, app, signal)) : [],
    hasFeature(app, 'scmSite') ? orUnread('publishing', listBasicPublishing(c, app, signal)) : [],
  ]);
  const sources: CredentialSources = {
    appSettings: values.appsettings,
    connectionStrings: values.connectionstrings,
    ...(functions ? { bindings: functions.flatMap(bindingsOf) } : {}),
    ...(basicPublishing ? { basicPublishing } : {}),
  };
  const keys = findCredentials(sources, c.own(salts)).map((finding): KeyLeft => {
    const setting = settings.find(
      ({ name, connectionType }) =>
        name === finding.name && (finding.source === 'connectionString') === (connectionType !== undefined),
    );
    return finding.source === 'publishing' || !setting ? { finding } : { finding, setting };
  });
  return { keys, unread };
}

function bindingsOf({ name, bindings = [] }: FunctionInfo): Binding[] {
  return bindings.map((binding) => ({ ...binding, function: name }));
}
