import { randomBytes } from 'node:crypto';
import type { CredentialSources, Finding } from '../access/credentials/findings';
import type { IdentityConnection } from '../access/credentials/identityConnections';
import { identityConnections } from '../access/credentials/identityConnections';
import { telemetryIn } from '../access/credentials/telemetry';
import type { Binding } from '../access/credentials/uses';
import { findCredentials, fingerprintOf } from '../access/credentials/findings';
import { listBasicPublishing } from '../azure/appService/basicPublishing';
import { hasFeature } from '../azure/appService/hosting/features';
import { readSettings } from '../azure/appService/settings/appSettings';
import { settingIdOf } from '../azure/appService/settings/settingsMap';
import { listFunctions } from '../azure/appService/sites';
import type { Connection } from '../azure/core/connection';
import { Slot } from '../azure/core/connection';
import { AzureError, isAbort } from '../azure/core/errors';
import type { FunctionApp, FunctionInfo, SettingId } from '../azure/core/model';
import { settleAll } from '../azure/core/wait';

/** A credential of an app, and the setting that holds it, without its value. */
export interface KeyLeft {
  readonly finding: Finding;
  /** Absent for a publishing password. */
  readonly setting?: SettingId;
}

/** The credentials that an app holds. */
export interface KeysLeft {
  readonly keys: readonly KeyLeft[];
  /** How the app sends telemetry, if that could be with its identity. */
  readonly telemetry?: Finding;
  /** What couldn't be read, so that there may be more, or others may use them. */
  readonly unread: readonly ('functions' | 'publishing')[];
  /** What it opens without a credential. */
  readonly byIdentity: readonly IdentityConnection[];
}

/** Shared by an account's tenants, whose apps may hold the same key. */
const salts = new Slot(() => randomBytes(32));

/**
 * Finds the credentials that an app holds in its settings, its connection strings, and its ways of publishing. No value
 * leaves this function. Each is read once.
 * @param functions when to read who uses a setting, which wakes the app's host: for every credential, or only for those
 * that neither the host nor the platform is known to use
 * @throws AzureError if the settings can't be read, or if the service refuses anything because of its limits
 */
export async function findKeysLeft(
  c: Connection,
  app: FunctionApp,
  signal: AbortSignal,
  functions: 'always' | 'ifUnknown' = 'always',
): Promise<KeysLeft> {
  const unread: ('functions' | 'publishing')[] = [];
  const orUnread = async <T>(part: 'functions' | 'publishing', read: Promise<T>): Promise<T | undefined> => {
    try {
      return await read;
    } catch (error) {
      if (isAbort(error) || isThrottled(error)) throw error;
      unread.push(part);
      return undefined;
    }
  };
  const [settings, basicPublishing] = await settleAll([
    readSettings(c, app, signal),
    hasFeature(app, 'scmSite')
      ? orUnread('publishing', listBasicPublishing(c, app, signal))
      : Promise.resolve(undefined),
  ]);
  const isString = ({ connectionType }: SettingId) => connectionType !== undefined;
  const valuesOf = (some: typeof settings) => new Map(some.map(({ name, value }) => [name, value]));
  const sources: CredentialSources = {
    appSettings: valuesOf(settings.filter((setting) => !isString(setting))),
    connectionStrings: valuesOf(settings.filter(isString)),
    ...(basicPublishing ? { basicPublishing } : {}),
  };
  const salt = c.account.own(salts);
  const found = findCredentials(sources, salt);
  const isUsed = ({ source, uses }: Finding) =>
    source === 'publishing' || (functions === 'ifUnknown' && uses.length > 0);
  const bindings = found.every(isUsed)
    ? undefined
    : hasFeature(app, 'functions')
      ? (await orUnread('functions', listFunctions(c, app, signal)))?.flatMap(bindingsOf)
      : [];
  const findings = bindings ? findCredentials({ ...sources, bindings }, salt) : found;
  const keys = findings.map((finding): KeyLeft => {
    const { name, source } = finding;
    const setting = settings.find(
      (one) => one.name === name && isString(one) === (source === 'connectionString'),
    );
    return source === 'publishing' || !setting ? { finding } : { finding, setting: settingIdOf(setting) };
  });
  const telemetry = telemetryIn(sources.appSettings);
  const byIdentity = identityConnections(sources.appSettings);
  return { keys, unread, byIdentity, ...(telemetry ? { telemetry } : {}) };
}

/** The fingerprint that a finding of this connection has if it holds this key. */
export function keyFingerprint(c: Connection, key: string): string {
  return fingerprintOf(key, c.account.own(salts));
}

/** Whether the service refuses because of its limits, so that it answers later. */
export function isThrottled(error: unknown): error is AzureError {
  return error instanceof AzureError && error.status === 429;
}

/** The bindings of a function, with its name. */
export function bindingsOf({ name, bindings = [] }: FunctionInfo): Binding[] {
  return bindings.map((binding) => ({ ...binding, function: name }));
}
