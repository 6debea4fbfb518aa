import { randomBytes } from 'node:crypto';
import type { Finding } from '../../access/credentials/findings';
import { findCredentials } from '../../access/credentials/findings';
import { telemetryIn } from '../../access/credentials/telemetry';
import type {
  ChosenIdentity,
  HostFacts,
  ReplaceFacts,
  SettingFacts,
} from '../../access/replace/replaceFacts';
import { sectionOf } from '../../access/replace/settingsFor';
import { readHostStatus } from '../../azure/appService/hosting/hostStatus';
import { readSettings } from '../../azure/appService/settings/appSettings';
import { mainAppId, slotSettingNames } from '../../azure/appService/settings/slotSettings';
import { getFunctionApp, listFunctions, listSlots } from '../../azure/appService/sites';
import { sameId } from '../../azure/core/armId';
import type { Connection } from '../../azure/core/connection';
import { AzureError } from '../../azure/core/errors';
import type { FunctionApp } from '../../azure/core/model';
import { settleAll } from '../../azure/core/wait';
import { bindingsOf } from '../../inventory/keysLeft';
import { listRoleAssignmentsAt } from '../../azure/directory/roles';
import { hasDataRoles, listDataRoles } from '../../azure/resources/dataRoles';
import { findResource } from './findResource';
import type { OldValue } from './oldValue';
import { listedAgain } from './oldValue';

/** Which credential of an app is meant, and what should take its place. */
export interface ReplaceQuestion {
  readonly appId: string;
  /** Name of the app setting or connection string. */
  readonly setting: string;
  /** Where it is; among the app settings if absent. */
  readonly source?: 'appSetting' | 'connectionString';
  /** `SystemAssigned`, or the ARM ID of a user-assigned identity of the app. */
  readonly identity: string;
}

export interface ReplaceFactsRead {
  readonly app: FunctionApp;
  /** Absent if the setting no longer has a credential. */
  readonly facts?: ReplaceFacts;
  /** Where the old value can be read again without a copy of it, if anywhere. */
  readonly listed?: OldValue;
}

/**
 * Reads what decides whether and how an identity can replace a credential. No value leaves this function.
 * @throws AzureError if the app or its settings can't be read
 */
export async function readReplaceFacts(
  c: Connection,
  { appId, setting, source: kind = 'appSetting', identity }: ReplaceQuestion,
  signal: AbortSignal,
): Promise<ReplaceFactsRead> {
  const app = await getFunctionApp(c, appId, signal);
  const [all, slotSettings, functions, host, slots] = await settleAll([
    readSettings(c, app, signal),
    slotSettingNames(c, app, signal),
    orUnknown(listFunctions(c, app, signal)),
    orUnknown(readHostStatus(c, app, signal)),
    mainAppId(app) === app.id ? orUnknown(listSlots(c, app, signal)) : Promise.resolve([app]),
  ]);
  const ofKind = (isString: boolean) =>
    new Map(
      all.flatMap((one) => ('connectionType' in one === isString ? [[one.name, one.value] as const] : [])),
    );
  const [appSettings, connectionStrings] = [ofKind(false), ofKind(true)];
  const bindings = functions?.flatMap(bindingsOf);
  const sources = { appSettings, connectionStrings, ...(bindings ? { bindings } : {}) };
  const findings = [...findCredentials(sources, randomBytes(32)), telemetryIn(appSettings) ?? []].flat();
  const finding = findings.find(({ name, source }) => sameId(name, setting) && source === kind);
  if (!finding) return { app };
  const resource = await findResource(
    c,
    finding,
    finding.uses.flatMap(({ binding }) => binding ?? []),
    signal,
  );
  const isKnown = typeof resource === 'object';
  const held = isKnown ? await orUnknown(listRoleAssignmentsAt(c, resource.id, signal)) : undefined;
  const isString = finding.source === 'connectionString';
  const value = (isString ? connectionStrings : appSettings).get(finding.name) ?? '';
  const connectionType = all.find(
    (one) => isString && one.name === finding.name && 'connectionType' in one,
  )?.connectionType;
  const heldOwn =
    isKnown && hasDataRoles(resource.id) ? await orUnknown(listDataRoles(c, resource.id, signal)) : undefined;
  const listed = isKnown ? await orUnknown(listedAgain(c, resource, value, signal)) : undefined;
  const facts: ReplaceFacts = {
    app,
    finding,
    identity: chosenIdentity(app, identity),
    settings: settingFacts(finding, appSettings, connectionStrings, slotSettings),
    ...(connectionType === undefined ? {} : { connectionType }),
    resource,
    ...(bindings ? { bindings } : {}),
    ...(functions ? { functions: functions.map(({ name }) => name) } : {}),
    ...(slots ? { hasSlots: slots.length > 0 } : {}),
    ...(host ? { host: hostFacts(host) } : {}),
    ...(held ? { held } : {}),
    ...(heldOwn ? { heldOwn } : {}),
  };
  return { app, facts, ...(listed ? { listed } : {}) };
}

function hostFacts({ state, errors, hasErrors, version, bundle }: HostStatusRead): HostFacts {
  return {
    state,
    errors: hasErrors ? Math.max(errors.length, 1) : 0,
    ...(version === undefined ? {} : { version }),
    ...(bundle === undefined ? {} : { bundle }),
  };
}

type HostStatusRead = Awaited<ReturnType<typeof readHostStatus>>;

function chosenIdentity({ identity }: FunctionApp, wanted: string): ChosenIdentity {
  if (!wanted.startsWith('/')) {
    const principalId = identity.systemAssigned?.principalId;
    return { kind: 'system-assigned', ...(principalId === undefined ? {} : { principalId }) };
  }
  const found = identity.userAssigned.find(({ resourceId }) => sameId(resourceId, wanted));
  return { kind: 'user-assigned', ...(found ?? { resourceId: wanted, principalId: '', clientId: '' }) };
}

/** Values of members that name a resource or an identity aren't secret. */
function settingFacts(
  { name, wayOut: { add = {} } }: Finding,
  appSettings: ReadonlyMap<string, string>,
  connectionStrings: ReadonlyMap<string, string>,
  slotSettings: Awaited<ReturnType<typeof slotSettingNames>>,
): SettingFacts {
  const added = Object.keys(add).filter((key) => !sameId(key, name));
  const isAdded = (key: string) => added.some((one) => sameId(one, key));
  const section = sectionOf(name).toLowerCase();
  const isSignIn = (key: string) => /__(?:credential|tenantId|client\w+|managedIdentity\w+)$/i.test(key);
  const isMember = (key: string) =>
    (key.toLowerCase().startsWith(`${section}__`) && (section === name.toLowerCase() || isSignIn(key))) ||
    isAdded(key);
  const isPublic = (key: string) =>
    /__(?:credential|clientId|principalId|\w*(?:name|uri|namespace|endpoint))$/i.test(key) || isAdded(key);
  const entries = [...appSettings];
  return {
    names: entries.map(([key]) => key),
    empty: entries.flatMap(([key, value]) => (value === '' ? [key] : [])),
    connectionStrings: [...connectionStrings.keys()],
    members: new Map(
      entries
        .filter(([key]) => isMember(key))
        .map(([key, value]) => [key, isPublic(key) ? value : undefined] as const),
    ),
    slotSettings: slotSettings.appsettings,
    slotConnectionStrings: slotSettings.connectionstrings,
  };
}

/** undefined if it can't be read. @throws only when canceled */
async function orUnknown<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof AzureError) return undefined;
    throw error;
  }
}
