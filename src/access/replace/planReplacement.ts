import type { PlanStep } from '../plan/planStep';
import type { Refusal } from './refusals';
import { fetchedWith } from './isReplaceable';
import { platformWrite } from './platform';
import { neededBundle, refusalsFor } from './refusals';
import { isSlotSetting } from './replaceFacts';
import type { ReplaceFacts, ResourceFacts } from './replaceFacts';
import { roles, rolesThatAllow } from './roles';
import type { NeededRole } from './rolesFor';
import { isAtOrAbove, isDurable, isHostStorage, merged, rolesFor } from './rolesFor';
import type { SettingsWrite } from './settingsFor';
import { settingsFor } from './settingsFor';
import type { PlatformWrite } from './writes';
import type { DatabaseScript } from './sql/databaseScript';
import { databaseScript } from './sql/databaseScript';

/** How an app's identity takes the place of a credential. */
export interface ReplacePlan {
  /** Why it can't; if there's any, nothing must be done. */
  readonly refusals: readonly Refusal[];
  /** The identity and the roles, in the order to run them; empty if nothing is missing. */
  readonly grant: readonly PlanStep[];
  /** All roles that are needed, including those that the identity has. */
  readonly roles: readonly NeededRole[];
  /** Name of the setting that has the credential. */
  readonly setting: string;
  /** Type of the connection string that it is; absent for an app setting. */
  readonly connectionType?: string;
  readonly write: SettingsWrite;
  /** What lets the platform sign in as the identity. */
  readonly platform?: PlatformWrite;
  readonly notes: readonly Note[];
  /** What someone has to run in a database, besides what `grant` does. */
  readonly script?: DatabaseScript;
}

/** What else to know. */
export type Note =
  /** The app's code may read the setting, and nothing shows that from outside. */
  | 'code'
  /** A role that can also list the account's keys. */
  | 'listsKeys'
  /** Without a role for tables, the host can't keep its diagnostic events, which only causes warnings. */
  | 'diagnosticEvents'
  /** Nobody sees whether the app starts again once it has no instance. */
  | 'scaleFromZero'
  /** Core Tools and server-side builds upload to the account that the setting names. */
  | 'linuxConsumption'
  /** The setting moves at a swap, and the other slot has another identity. */
  | 'slots'
  /** The app brings its own extensions, whose versions can't be seen. */
  | 'ownExtensions'
  /** Durable Functions with a storage provider of its own may need no right here. */
  | 'durable'
  /** The host runs on if a trigger gets nothing, and a Service Bus processor also starts without its role (azure-sdk-for-net#39793). */
  | 'listeners'
  /** The host runs on if nothing arrives, and those who have the connection string can go on sending. */
  | 'telemetry'
  /** A new package needs a restart. */
  | 'package'
  /** Only the next deployment shows whether the identity can store and fetch packages. */
  | 'deployment'
  /** App Service may start the image that it already has. */
  | 'image'
  /** The host starts without the database. */
  | 'database'
  /** The app's code opens the database, and only SqlClient understands the new value. */
  | 'sqlClient';

/** Plans what it takes, leaving out what is already in place. */
export function planReplacement(facts: ReplaceFacts): ReplacePlan {
  const { resource, finding } = facts;
  const write = settingsFor(facts);
  const [script, platform] = [databaseScript(facts), platformWrite(facts)];
  const isObsolete = finding.wayOut.because === 'obsolete' || (fetchedWith(finding) && !platform);
  const isUsed = typeof resource === 'object' && !isObsolete;
  const needed = isUsed ? needs(facts, resource, platform) : [];
  const missing = needed.filter((one) => !isHeld(facts, one));
  return {
    refusals: refusalsFor(facts, write),
    grant: [...(isUsed ? identitySteps(facts) : []), ...missing.map((one) => roleStep(facts, one))],
    ...{ roles: needed, setting: finding.name, write },
    ...(facts.connectionType === undefined ? {} : { connectionType: facts.connectionType }),
    notes: notesOn(facts, needed, platform),
    ...(platform ? { platform } : {}),
    ...(script ? { script } : {}),
  };
}

function needs(
  facts: ReplaceFacts,
  resource: ResourceFacts,
  platform: PlatformWrite | undefined,
): NeededRole[] {
  if (facts.finding.wayOut.because === 'telemetry')
    return [{ role: roles.metricsPublisher, scope: resource.id, functions: [] }];
  const ofPlatform = platform ? [platformRole(platform, resource)] : [];
  if (fetchedWith(facts.finding)) return ofPlatform;
  if (facts.finding.wayOut.because !== 'package')
    return merged([...rolesFor(facts, resource), ...ofPlatform]);
  const [, container] = /^https:\/\/[^/]+\/([^/?]+)\//.exec(packageUrl(facts)) ?? [];
  const part = `${resource.id}/blobServices/default/containers/${container ?? ''}`;
  const scope = resource.parts.includes(part) ? part : resource.id;
  return [{ role: roles.blobReader, scope, functions: [] }];
}

/** For packages on the whole account, as az and the portal do: nothing says that one on the container is enough. */
function platformRole({ fetched }: PlatformWrite, { id: scope, byRepository }: ResourceFacts): NeededRole {
  const ofImage = byRepository ? roles.repositoryReader : roles.acrPull;
  return { role: fetched === 'package' ? roles.blobContributor : ofImage, scope, functions: [] };
}

function packageUrl({ finding: { name, wayOut } }: ReplaceFacts): string {
  return wayOut.add?.[name] ?? '';
}

function identitySteps({ app, identity }: ReplaceFacts): PlanStep[] {
  return identity.kind === 'system-assigned' && identity.principalId === undefined
    ? [{ kind: 'enableIdentity', appId: app.id }]
    : [];
}

function roleStep({ identity, resource }: ReplaceFacts, { role, scope }: NeededRole): PlanStep {
  const principal = identity.principalId === undefined ? {} : { principalId: identity.principalId };
  if (role.own && typeof resource === 'object')
    return {
      ...{ kind: 'assignDataRole', resourceId: resource.id, scope, role: role.guid, roleName: role.name },
      ...principal,
    };
  const subscription = /^\/subscriptions\/[^/]+/i.exec(typeof resource === 'string' ? '' : resource.id)?.[0];
  return {
    kind: 'createRoleAssignment',
    scope,
    roleDefinitionId: `${subscription ?? ''}/providers/Microsoft.Authorization/roleDefinitions/${role.guid}`,
    roleName: role.name,
    ...principal,
  };
}

/** One with a condition may not cover every use, and one through a group isn't looked for. */
function isHeld({ held = [], heldOwn = [], identity }: ReplaceFacts, { role, scope }: NeededRole): boolean {
  if (role.own)
    return heldOwn.some(
      (assignment) =>
        assignment.principalId.toLowerCase() === identity.principalId?.toLowerCase() &&
        rolesThatAllow(role).some(({ guid }) => assignment.role.toLowerCase() === guid.toLowerCase()) &&
        isAtOrAbove(assignment.scope, scope),
    );
  return held.some(
    (assignment) =>
      assignment.condition === undefined &&
      assignment.principalId.toLowerCase() === identity.principalId?.toLowerCase() &&
      rolesThatAllow(role).some(({ guid }) =>
        assignment.roleDefinitionId.toLowerCase().endsWith(`/${guid}`),
      ) &&
      isAtOrAbove(assignment.scope, scope),
  );
}

function notesOn(
  facts: ReplaceFacts,
  needed: readonly NeededRole[],
  platform: PlatformWrite | undefined,
): Note[] {
  const { app, finding, host } = facts;
  const isHost = isHostStorage(facts);
  const isTelemetry = finding.wayOut.because === 'telemetry';
  const isOfPlatform = finding.uses.some(({ by }) => by === 'platform');
  const isDatabase = finding.wayOut.because === 'newValue';
  const has = (guid: string) => needed.some(({ role }) => role.guid === guid);
  const all = facts.bindings ?? [];
  const notes: readonly (readonly [Note, boolean])[] = [
    ['code', /^(?:settings|deployment)$/.test(finding.wayOut.because) && !isOfPlatform],
    ['listeners', finding.uses.some(({ binding }) => binding?.type.endsWith('trigger'))],
    ['listsKeys', has(roles.accountContributor.guid)],
    ['diagnosticEvents', isHost && !has(roles.tableContributor.guid)],
    ['durable', isHost && all.some(({ type }) => isDurable(type))],
    ['ownExtensions', host !== undefined && host.bundle === undefined && neededBundle(facts) !== undefined],
    ['linuxConsumption', isHost && app.linux && /^dynamic$/i.test(app.sku ?? '')],
    ['telemetry', isTelemetry],
    ['scaleFromZero', !isTelemetry && /^(?:dynamic|flexconsumption|elasticpremium)$/i.test(app.sku ?? '')],
    [
      'slots',
      facts.hasSlots !== false && !isSlotSetting(facts) && Object.keys(finding.wayOut.add ?? {}).length > 0,
    ],
    ['package', finding.wayOut.because === 'package'],
    ['deployment', platform?.fetched === 'package'],
    ['image', platform?.fetched === 'image'],
    ['database', isDatabase],
    ['sqlClient', isDatabase && finding.uses.length === 0],
  ];
  return notes.flatMap(([note, applies]) => (applies ? [note] : []));
}
