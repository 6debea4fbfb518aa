import * as l10n from '@vscode/l10n';
import type {
  FunctionApp,
  KeyVault,
  ReferenceResolution,
  SecretInfo,
  UserAssignedIdentity,
} from '../../azure/core/model';
import type { Known, RoleFacts } from '../../access/model/facts';
import { isWithheld } from '../../access/model/facts';
import type { AccessMap } from './map';
import { MapBuilder } from './mapBuilder';
import { policyWords, wayWords } from './pathWords';
import { givesGet, sameText } from '../../access/rules/policyRules';
import { isResolved, resolutionWords } from '../../access/reference/resolution';
import { RoleIndex } from '../../access/rules/roleIndex';
import { nameInId } from '../../access/words/format';
import type { Way } from '../../access/whoReads';
import { whoReads } from '../../access/whoReads';

/** Everything that the access map is drawn from. */
export interface MapFacts {
  readonly apps: readonly AppOnMap[];
  readonly identities: readonly UserAssignedIdentity[];
  readonly vaults: readonly VaultOnMap[];
  /** Names of principals other than apps and identities, by lowercase object ID. */
  readonly names: ReadonlyMap<string, { readonly name: string; readonly kind: string }>;
}

export interface AppOnMap {
  readonly app: FunctionApp;
  /** How the app's Key Vault references were resolved. Missing until they're read. */
  readonly references?: Known<readonly ReferenceResolution[]>;
}

export interface VaultOnMap {
  readonly vault: KeyVault;
  /** Includes assignments below the vault. */
  readonly roles: RoleFacts;
  /** Missing unless they were requested. */
  readonly secrets?: Known<readonly SecretInfo[]>;
}

/** Draws the map from the facts. Doesn't resolve the group memberships of managed identities. */
export function drawMap(facts: MapFacts): AccessMap {
  const map = new MapBuilder();
  const principals = new Map<string, string>();
  for (const { app } of facts.apps) addApp(map, app, principals);
  for (const identity of facts.identities) addIdentity(map, identity, principals);
  for (const { app } of facts.apps) addIdentitiesOf(map, app, principals);
  for (const one of facts.vaults) addVault(map, one);
  const whoIs = (principalId: string) =>
    principals.get(principalId.toLowerCase()) ?? addOther(map, principalId, facts.names);
  // The vaults of a subscription share their roles.
  const indexes = new Map<RoleFacts, RoleIndex>();
  for (const { vault, roles } of facts.vaults) {
    const index = indexes.get(roles) ?? new RoleIndex(roles);
    indexes.set(roles, index);
    addReaders(map, vault, index, whoIs);
    addRightsWithoutEffect(map, vault, index, whoIs);
  }
  const vaults = new Map(facts.vaults.map((one) => [one.vault.name.toLowerCase(), one]));
  for (const one of facts.apps) addReferences(map, one, vaults);
  return map.build();
}

/** The node IDs of resources. */
const appNode = (app: { readonly id: string }) => `app ${app.id}`.toLowerCase();
const vaultNode = (vault: { readonly id: string }) => `vault ${vault.id}`.toLowerCase();
const identityNode = (resourceId: string) => `identity ${resourceId}`.toLowerCase();
const secretNode = (vaultId: string, name: string) => `secret ${vaultId}/secrets/${name}`.toLowerCase();

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
): void {
  const node = map.node({
    id: identityNode(id),
    kind: 'identity',
    name,
    note: l10n.t('user-assigned identity'),
    resourceId: id,
  });
  if (principalId) principals.set(principalId.toLowerCase(), node);
}

function addIdentitiesOf(map: MapBuilder, app: FunctionApp, principals: Map<string, string>): void {
  const used = app.keyVaultReferenceIdentity;
  for (const { resourceId, principalId } of app.identity.userAssigned) {
    addIdentity(map, { id: resourceId, name: nameInId(resourceId), principalId }, principals);
    const resolves = sameText(used, resourceId);
    map.path('uses', appNode(app), identityNode(resourceId), {
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

function addSecret(map: MapBuilder, vault: KeyVault, name: string, note = ''): string {
  const vaultId = vaultNode(vault);
  const id = map.node({
    id: secretNode(vault.id, name),
    kind: 'secret',
    name,
    note,
    resourceId: `${vault.id}/secrets/${name}`,
    vaultId,
  });
  map.path('holds', vaultId, id, { label: '', text: l10n.t('contains secret') });
  return id;
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

function addReaders(map: MapBuilder, vault: KeyVault, roles: RoleIndex, whoIs: (id: string) => string): void {
  const { readers, missing } = whoReads(vault, undefined, roles);
  if (missing.length > 0)
    map.problem(vaultNode(vault), l10n.t("who has access couldn't be fully determined"));
  for (const { principalId, ways, denials } of readers) {
    const [denial] = denials;
    const problem = denial && l10n.t('blocked by deny assignment {0}', denial.name);
    for (const way of ways) addWay(map, vault, whoIs(principalId), way, roles, problem);
  }
}

/** Adds access that was set up in the permission model that the vault doesn't use, and policies without get. */
function addRightsWithoutEffect(
  map: MapBuilder,
  vault: KeyVault,
  roles: RoleIndex,
  whoIs: (id: string) => string,
): void {
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
  for (const { principalId, ways } of whoReads({ ...vault, permissionModel: 'rbac' }, undefined, roles)
    .readers)
    for (const way of ways)
      if (way.kind === 'role' && !way.inherited) addWay(map, vault, whoIs(principalId), way, roles, problem);
}

function addWay(
  map: MapBuilder,
  vault: KeyVault,
  from: string,
  way: Way,
  roles: RoleIndex,
  problem: string | undefined,
): void {
  const secretName = way.kind === 'role' ? way.secretName : undefined;
  const to = secretName === undefined ? vaultNode(vault) : addSecret(map, vault, secretName);
  map.path('access', from, to, { ...wayWords(way, roles), ...(problem === undefined ? {} : { problem }) });
}

function addReferences(
  map: MapBuilder,
  { app, references }: AppOnMap,
  vaults: ReadonlyMap<string, VaultOnMap>,
): void {
  if (isWithheld(references))
    map.problem(appNode(app), l10n.t("Key Vault references couldn't be read: {0}", references.withheld));
  for (const reference of !references || isWithheld(references) ? [] : references) {
    const { name, vaultName, secretName, status, connectionString } = reference;
    const open = isResolved(reference) || status === 'Initialized';
    if (!vaultName || !secretName) {
      map.problem(appNode(app), `${name}: ${resolutionWords(reference)}`);
      continue;
    }
    map.path('reference', appNode(app), referenced(map, vaults, vaultName, secretName), {
      label: connectionString ? l10n.t('connection string {0}', name) : l10n.t('setting {0}', name),
      text: connectionString
        ? l10n.t('connection string {0}: {1}', name, resolutionWords(reference))
        : l10n.t('app setting {0}: {1}', name, resolutionWords(reference)),
      ...(open ? {} : { problem: reference.details ?? resolutionWords(reference) }),
    });
  }
}

/** The node of the secret that a reference names. Its vault may not be in the selected subscriptions. */
function referenced(
  map: MapBuilder,
  vaults: ReadonlyMap<string, VaultOnMap>,
  vaultName: string,
  secretName: string,
): string {
  const found = vaults.get(vaultName.toLowerCase());
  if (found) {
    const { secrets, vault } = found;
    const gone = secrets && !isWithheld(secrets) && !secrets.some(({ name }) => sameText(name, secretName));
    return addSecret(map, vault, secretName, gone ? l10n.t("doesn't exist") : '');
  }
  const vaultId = map.node({
    id: `vault ?${vaultName}`.toLowerCase(),
    kind: 'vault',
    name: vaultName,
    note: l10n.t('not in shown subscriptions'),
  });
  return map.node({
    id: `secret ?${vaultName}/${secretName}`.toLowerCase(),
    kind: 'secret',
    name: secretName,
    note: '',
    vaultId,
  });
}
