import * as l10n from '@vscode/l10n';
import type { FunctionApp, KeyVault, UserAssignedIdentity } from '../../azure/core/model';
import type { RoleFacts } from '../../access/model/facts';
import { isWithheld } from '../../access/model/facts';
import type { AccessMap } from './map';
import { addOpened } from './drawOpened';
import { addReferences } from './drawReferences';
import { MapBuilder } from './mapBuilder';
import type { MapFacts, VaultOnMap } from './mapFacts';
import { addSecret, appNode, identityNode, vaultNode } from './resourceNodes';
import { policyWords, RoleWords } from './pathWords';
import { RoleNames } from './roleNames';
import { withRightsExplained } from './rights';
import { givesGet, sameText } from '../../access/rules/policyRules';
import { nameInId } from '../../access/words/format';
import type { Way } from '../../access/whoReads';
import { whoReads } from '../../access/whoReads';

/** Draws the map from the facts. Doesn't resolve the group memberships of managed identities. */
export function drawMap(facts: MapFacts): AccessMap {
  const steps = drawing(facts);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** How long the drawing may keep the extension host from anything else, in milliseconds. */
const longestStep = 15;

/** Draws a map of any size, and lets others work in between. */
export async function drawMapInSteps(facts: MapFacts, signal: AbortSignal): Promise<AccessMap> {
  const steps = drawing(facts);
  for (let began = performance.now(); ;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (performance.now() - began < longestStep) continue;
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    began = performance.now();
  }
}

/** How many readers are drawn in one step. */
const readersAtOnce = 250;

function* drawing(facts: MapFacts): Generator<undefined, AccessMap, undefined> {
  const map = new MapBuilder();
  const principals = new Map<string, string>();
  for (const { app } of facts.apps) addApp(map, app, principals);
  for (const identity of facts.identities) addIdentity(map, identity, principals);
  const listed = new Map(facts.identities.map((identity) => [identity.id.toLowerCase(), identity]));
  for (const { app } of facts.apps) addIdentitiesOf(map, app, listed, facts.gone, principals);
  for (const one of facts.vaults) addVault(map, one);
  const whoIs = (principalId: string) =>
    principals.get(principalId.toLowerCase()) ?? addOther(map, principalId, facts.names);
  const goneNodes = new Set([...(facts.gone ?? [])].map(identityNode));
  // The vaults of a subscription share their roles.
  const indexes = new Map<RoleFacts, RoleWords>();
  for (const { vault, roles } of facts.vaults) {
    const index = indexes.get(roles) ?? new RoleWords(roles);
    indexes.set(roles, index);
    yield* addReaders(map, vault, index, whoIs, goneNodes);
    yield* addRightsWithoutEffect(map, vault, index, whoIs);
  }
  const vaults = new Map(facts.vaults.map((one) => [one.vault.name.toLowerCase(), one]));
  for (const one of facts.apps) {
    addReferences(map, one, vaults);
    yield;
  }
  const roleNames = new RoleNames(facts.vaults);
  for (const one of facts.apps) {
    addOpened(map, one, facts.resources ?? new Map(), roleNames);
    yield;
  }
  return withRightsExplained(map.build(), facts.apps);
}

function addApp(map: MapBuilder, app: FunctionApp, principals: Map<string, string>): void {
  const { systemAssigned, userAssigned } = app.identity;
  const id = map.node({
    id: appNode(app),
    kind: 'app',
    name: nameInId(app.id),
    note: systemAssigned
      ? l10n.t('system-assigned identity')
      : userAssigned.length > 0
        ? l10n.t('user-assigned identity')
        : l10n.t('no identity'),
    resourceId: app.id,
  });
  if (systemAssigned) principals.set(systemAssigned.principalId.toLowerCase(), id);
}

function addIdentity(
  map: MapBuilder,
  { id, name, principalId }: Pick<UserAssignedIdentity, 'id' | 'name' | 'principalId'>,
  principals: Map<string, string>,
  note = l10n.t('user-assigned identity'),
): void {
  const node = map.node({
    id: identityNode(id),
    kind: 'identity',
    name,
    note,
    resourceId: id,
  });
  if (principalId) principals.set(principalId.toLowerCase(), node);
}

/**
 * An app goes on listing an identity that was deleted (Azure/azure-libraries-for-net#839), also once another one has its
 * name, which has another principal.
 */
function addIdentitiesOf(
  map: MapBuilder,
  app: FunctionApp,
  listed: ReadonlyMap<string, UserAssignedIdentity>,
  gone: MapFacts['gone'],
  principals: Map<string, string>,
): void {
  const used = app.keyVaultReferenceIdentity;
  for (const { resourceId, principalId } of app.identity.userAssigned) {
    const now = listed.get(resourceId.toLowerCase());
    const isGone = !now && gone?.has(resourceId.toLowerCase());
    const isOther =
      now && principalId !== '' && now.principalId !== '' && !sameText(now.principalId, principalId);
    if (!now)
      addIdentity(
        map,
        { id: resourceId, name: nameInId(resourceId), principalId },
        principals,
        isGone ? l10n.t('deleted identity') : l10n.t('user-assigned identity'),
      );
    const resolves = sameText(used, resourceId);
    const fix = { kind: 'deletedIdentity', app: appNode(app), about: identityNode(resourceId) } as const;
    map.path('uses', appNode(app), identityNode(resourceId), {
      ...(isGone ? { problem: l10n.t('the identity was deleted'), fix } : {}),
      ...(isOther
        ? {
            problem: l10n.t(
              'the identity was deleted and created again, and the app refers to the deleted one',
            ),
            fix,
          }
        : {}),
      label: l10n.t('uses identity'),
      text: resolves
        ? l10n.t('uses identity, also to resolve Key Vault references')
        : l10n.t('uses identity'),
    });
  }
  const missing =
    used.startsWith('/') && !app.identity.userAssigned.some(({ resourceId }) => sameText(resourceId, used));
  if (missing)
    map.problem(
      appNode(app),
      l10n.t("references are set to use {0}, which isn't assigned to the app", nameInId(used)),
      { kind: 'referenceIdentity', app: appNode(app), about: '' },
    );
}

function addVault(map: MapBuilder, { vault, secrets }: VaultOnMap): void {
  const id = map.node({
    id: vaultNode(vault),
    kind: 'vault',
    name: vault.name,
    note: vaultNote(vault),
    resourceId: vault.id,
  });
  if (isWithheld(secrets)) map.problem(id, l10n.t("secrets couldn't be listed: {0}", secrets.withheld));
  for (const { name, enabled } of !secrets || isWithheld(secrets) ? [] : secrets)
    addSecret(map, vault, name, enabled ? '' : l10n.t('disabled'));
}

function vaultNote({ permissionModel, publicNetworkAccess, firewall }: KeyVault): string {
  const model = permissionModel === 'rbac' ? 'RBAC' : l10n.t('access policies');
  if (sameText(publicNetworkAccess, 'Disabled')) return `${model}, ${l10n.t('private')}`;
  return firewall ? `${model}, ${l10n.t('firewall')}` : model;
}

function addOther(map: MapBuilder, principalId: string, names: MapFacts['names']): string {
  const known = names.get(principalId.toLowerCase());
  return map.node({
    id: `other ${principalId}`.toLowerCase(),
    kind: 'other',
    name: known?.name ?? principalId,
    note: known?.kind ?? l10n.t('unnamed principal'),
  });
}

function* addReaders(
  map: MapBuilder,
  vault: KeyVault,
  roles: RoleWords,
  whoIs: (id: string) => string,
  goneNodes: ReadonlySet<string>,
): Generator<undefined, void, undefined> {
  const { readers, missing } = whoReads(vault, undefined, roles.index);
  if (missing.length > 0)
    map.problem(vaultNode(vault), l10n.t("who has access couldn't be fully determined"));
  for (const [number, { principalId, ways, denials }] of readers.entries()) {
    if (number % readersAtOnce === 0) yield;
    const [denial] = denials;
    const from = whoIs(principalId);
    const gone = goneNodes.has(from) ? l10n.t('the identity was deleted') : undefined;
    const problem = denial ? l10n.t('blocked by deny assignment {0}', denial.name) : gone;
    for (const way of ways) addWay(map, vault, from, way, roles, problem);
  }
}

/** Adds access that was set up in the permission model that the vault doesn't use, and policies without get. */
function* addRightsWithoutEffect(
  map: MapBuilder,
  vault: KeyVault,
  roles: RoleWords,
  whoIs: (id: string) => string,
): Generator<undefined, void, undefined> {
  if (vault.permissionModel === 'rbac') {
    for (const policy of vault.accessPolicies.filter(givesGet))
      map.path('access', whoIs(policy.objectId), vaultNode(vault), {
        ...policyWords(policy),
        problem: l10n.t("access policies don't apply because the vault uses Azure RBAC"),
      });
    return;
  }
  for (const policy of vault.accessPolicies.filter(
    (one) => !givesGet(one) && one.permissions.secrets?.length,
  ))
    map.path('access', whoIs(policy.objectId), vaultNode(vault), {
      ...policyWords(policy),
      problem: l10n.t("the policy doesn't include permission to get secrets"),
    });
  const problem = l10n.t("roles don't give access to secrets because the vault uses access policies");
  for (const { principalId, ways } of whoReads({ ...vault, permissionModel: 'rbac' }, undefined, roles.index)
    .readers) {
    for (const way of ways)
      if (way.kind === 'role' && !way.inherited) addWay(map, vault, whoIs(principalId), way, roles, problem);
    yield;
  }
}

function addWay(
  map: MapBuilder,
  vault: KeyVault,
  from: string,
  way: Way,
  roles: RoleWords,
  problem: string | undefined,
): void {
  const secretName = way.kind === 'role' ? way.secretName : undefined;
  const to = secretName === undefined ? vaultNode(vault) : addSecret(map, vault, secretName);
  const unsure = way.kind === 'role' ? way.conditional : way.policy.applicationId !== undefined;
  map.path('access', from, to, {
    ...roles.of(way),
    ...(problem === undefined ? (unsure ? { unsure } : {}) : { problem }),
  });
}
