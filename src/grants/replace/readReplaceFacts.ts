import { randomBytes } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import type { CredentialSources, Finding } from '../../access/credentials/findings';
import { findCredentials } from '../../access/credentials/findings';
import { telemetryIn } from '../../access/credentials/telemetry';
import { hasPlan } from '../../access/replace/isReplaceable';
import { inDeployment, mayFetchWith } from '../../access/replace/platform';
import type {
  ChosenIdentity,
  HostFacts,
  ReplaceFacts,
  SettingFacts,
} from '../../access/replace/replaceFacts';
import { sectionOf } from '../../access/replace/settingsFor';
import { listBasicPublishing } from '../../azure/appService/basicPublishing';
import { hasFeature } from '../../azure/appService/hosting/features';
import { failingFunctions } from '../../azure/appService/hosting/functionErrors';
import { readHostStatus } from '../../azure/appService/hosting/hostStatus';
import { readPlatformSignIn } from '../../azure/appService/settings/platformSignIn';
import { readSettings, readSettingValue } from '../../azure/appService/settings/appSettings';
import { settingIdOf, settingKindOf } from '../../azure/appService/settings/settingsMap';
import { mainAppId, slotSettingNames } from '../../azure/appService/settings/slotSettings';
import { getFunctionApp, listFunctions, listSlots } from '../../azure/appService/sites';
import { sameId } from '../../azure/core/armId';
import type { Connection } from '../../azure/core/connection';
import { AzureError } from '../../azure/core/errors';
import { inParallel } from '../../azure/core/limits/parallel';
import type { FunctionApp, SettingId, SettingKind } from '../../azure/core/model';
import { settleAll } from '../../azure/core/wait';
import { listRoleAssignmentsAt } from '../../azure/directory/roles';
import { hasDataRoles, listDataRoles } from '../../azure/resources/dataRoles';
import { bindingsOf, keyFingerprint } from '../../inventory/keysLeft';
import { findResource } from './findResource';
import type { OldValue } from './oldValue';
import { listedAgain } from './oldValue';

/** A setting that has a credential. */
export interface HeldSetting {
  /** Name of the app setting or connection string. */
  readonly name: string;
  /** Where it is; among the app settings if absent. */
  readonly source?: 'appSetting' | 'connectionString';
}

/** Which credentials of an app are meant, and what should take their place. */
export interface ReplaceQuestion {
  readonly appId: string;
  /** Absent for all credentials. */
  readonly settings?: readonly HeldSetting[];
  /** `SystemAssigned`, or the ARM ID of a user-assigned identity of the app. */
  readonly identity: string;
}

export interface ReplaceFactsRead {
  readonly app: FunctionApp;
  /** One for each of the settings that still has a credential. */
  readonly keys: readonly KeyFacts[];
}

export interface KeyFacts {
  readonly facts: ReplaceFacts;
  /** The setting that has the credential; absent for a publishing password. */
  readonly setting?: SettingId;
  /** Equal for equal values of the setting in this session, and meaningless beyond it. */
  readonly fingerprint?: string;
  /** Where the old value can be read again without a copy of it, if anywhere. */
  readonly listed?: OldValue;
}

/** How many credentials are looked into at a time. */
const concurrency = 4;

/**
 * Reads what decides whether and how an identity can replace credentials. No value leaves this function.
 * @throws AzureError if the app or its settings can't be read
 */
export async function readReplaceFacts(
  c: Connection,
  { appId, settings: wanted, identity }: ReplaceQuestion,
  signal: AbortSignal,
): Promise<ReplaceFactsRead> {
  const app = await getFunctionApp(c, appId, signal);
  const [all, basicPublishing, slotSettings, functions, host, slots] = await settleAll([
    readSettings(c, app, signal),
    wanted || !hasFeature(app, 'scmSite')
      ? Promise.resolve(undefined)
      : orUnknown(listBasicPublishing(c, app, signal)),
    slotSettingNames(c, app, signal),
    orUnknown(listFunctions(c, app, signal)),
    orUnknown(readHostStatus(c, app, signal)),
    mainAppId(app) === app.id ? orUnknown(listSlots(c, app, signal)) : Promise.resolve([app]),
  ]);
  const failing = functions && (await orUnknown(failingFunctions(c, app, functions, signal)));
  const valuesOf = (kind: SettingKind) =>
    new Map(all.filter((one) => settingKindOf(one) === kind).map(({ name, value }) => [name, value]));
  const [appSettings, connectionStrings] = [valuesOf('appsettings'), valuesOf('connectionstrings')];
  const bindings = functions?.flatMap(bindingsOf);
  const sources: CredentialSources = {
    ...{ appSettings, connectionStrings },
    ...(bindings ? { bindings } : {}),
    ...(basicPublishing ? { basicPublishing } : {}),
  };
  const common = {
    ...{ app, identity: chosenIdentity(app, identity) },
    ...(bindings ? { bindings } : {}),
    ...(functions ? { functions: functions.map(({ name }) => name) } : {}),
    ...(failing ? { failing } : {}),
    ...(slots ? { hasSlots: slots.length > 0 } : {}),
    ...(host ? { host: hostFacts(host) } : {}),
  };
  const credentials = findCredentials(sources, randomBytes(32));
  const findings = wanted
    ? [...credentials, telemetryIn(appSettings) ?? []].flat().filter((finding) => isAmong(wanted, finding))
    : credentials;
  const read = new Map<Finding, KeyFacts>();
  await inParallel(findings, concurrency, async (finding) => {
    const setting = all.find((one) => holds(one, finding));
    const { listed, ...opened } = await readOpened(c, finding, setting?.value ?? '', signal);
    const ofSettings = settingFacts(finding, appSettings, connectionStrings, slotSettings);
    const { connectionType } = setting ?? {};
    const fetched = mayFetchWith({ app, finding });
    const platform = fetched && (await orUnknown(readPlatform(c, app, fetched, signal)));
    read.set(finding, {
      facts: {
        ...{ ...common, finding: inDeployment(finding, platform), settings: ofSettings, ...opened },
        ...(connectionType === undefined ? {} : { connectionType }),
        ...(platform ? { platform } : {}),
      },
      ...(setting ? { setting: settingIdOf(setting), fingerprint: keyFingerprint(c, setting.value) } : {}),
      ...(listed ? { listed } : {}),
    });
  });
  return { app, keys: findings.flatMap((finding) => read.get(finding) ?? []) };
}

/** The value that the facts are about, a secret value. @throws AzureError `SettingChanged` if there's another one by now */
export async function readSameValue(
  c: Connection,
  app: FunctionApp,
  { facts, setting, fingerprint }: KeyFacts,
  signal: AbortSignal,
): Promise<string> {
  const value = setting && (await readSettingValue(c, app, setting, signal));
  if (typeof value === 'string' && keyFingerprint(c, value) === fingerprint) return value;
  const { name } = facts.finding;
  throw new AzureError(l10n.t('Someone else changed the setting {0} in the meantime.', name), {
    code: 'SettingChanged',
  });
}

function isAmong(wanted: readonly HeldSetting[], { name, source }: Finding): boolean {
  return wanted.some((one) => sameId(one.name, name) && (one.source ?? 'appSetting') === source);
}

function holds(setting: SettingId, { name, source }: Finding): boolean {
  const kind = source === 'appSetting' ? 'appsettings' : 'connectionstrings';
  return source !== 'publishing' && setting.name === name && settingKindOf(setting) === kind;
}

/** The resource that a credential opens, what the identity may do there, and where the credential is listed again. */
async function readOpened(
  c: Connection,
  finding: Finding,
  value: string,
  signal: AbortSignal,
): Promise<Pick<ReplaceFacts, 'resource' | 'held' | 'heldOwn'> & Pick<KeyFacts, 'listed'>> {
  if (!hasPlan(finding)) return { resource: 'unread' };
  const bindings = finding.uses.flatMap(({ binding }) => binding ?? []);
  const resource = await findResource(c, finding, bindings, signal);
  if (typeof resource !== 'object') return { resource };
  const { id } = resource;
  const held = await orUnknown(listRoleAssignmentsAt(c, id, signal));
  const heldOwn = hasDataRoles(id) ? await orUnknown(listDataRoles(c, id, signal)) : undefined;
  const listed = await orUnknown(listedAgain(c, resource, value, signal));
  return {
    resource,
    ...(held ? { held } : {}),
    ...(heldOwn ? { heldOwn } : {}),
    ...(listed ? { listed } : {}),
  };
}

async function readPlatform(
  ...of: Parameters<typeof readPlatformSignIn>
): Promise<NonNullable<ReplaceFacts['platform']>> {
  return (await readPlatformSignIn(...of)) ?? 'none';
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
