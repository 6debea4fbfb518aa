import * as l10n from '@vscode/l10n';
import type { PrincipalFacts, ReadFacts } from '../../access/model/facts';
import { isWithheld } from '../../access/model/facts';
import type { VaultNetwork } from '../../azure/keyVault/vaultNetwork';
import type { Grant, Verdict } from '../../access/model/verdict';
import { describePermissions, describeScope } from '../../access/words/reach';

/** What was checked, in words. Names only: the report lists the IDs at its end. */
export function factTexts(facts: ReadFacts, verdict: Verdict) {
  const { vault, target } = facts;
  return {
    identity: identityText(facts),
    vault: vaultText(vault, target.vaultName),
    network: isWithheld(vault) || vault.kind !== 'present' ? undefined : networkText(vault.network),
    access:
      verdict.kind === 'can' ? verdict.through.map((grant) => grantText(grant, facts)) : [rightsText(facts)],
    secret: secretText(facts.secret, target),
  };
}

function identityText({ app, principal }: ReadFacts): string {
  if (principal?.exists === false) return l10n.t('{0}, which was deleted', identityName(principal));
  if (principal) return identityName(principal);
  if (!app.identityInUse.startsWith('/')) return l10n.t("its system-assigned identity, which isn't enabled");
  const name = app.identityInUse.split('/').at(-1) ?? '';
  return l10n.t("{0}, which isn't assigned to the app", name);
}

/** How the report names an identity. */
export function identityName({ kind, name }: PrincipalFacts): string {
  return kind === 'system-assigned'
    ? l10n.t('its system-assigned identity')
    : l10n.t('the user-assigned identity {0}', name);
}

function vaultText(vault: ReadFacts['vault'], name: string): string {
  if (isWithheld(vault)) return l10n.t("{0}, which couldn't be read: {1}", name, vault.withheld);
  if (vault.kind === 'absent') return l10n.t("{0}, which doesn't exist", name);
  if (vault.kind === 'softDeleted') return l10n.t('{0}, which is soft-deleted and can be recovered', name);
  return vault.vault.permissionModel === 'rbac'
    ? l10n.t('{0}, which uses role assignments (Azure RBAC)', vault.vault.name)
    : l10n.t('{0}, which uses access policies', vault.vault.name);
}

/** Which networks a resource accepts connections from, in short. */
export function networkText({
  publicNetworkAccess,
  defaultAction,
  ipRules,
  subnetIds,
  privateEndpoints,
}: VaultNetwork): string {
  const parts = [publicAccessText(publicNetworkAccess)];
  if (defaultAction === 'Allow') parts.push(l10n.t('no firewall'));
  else parts.push(l10n.t('firewall with {0} addresses and {1} subnets', ipRules.length, subnetIds.length));
  if (privateEndpoints > 0) parts.push(l10n.t('{0} private endpoints', privateEndpoints));
  return parts.join(', ');
}

/** @param access e.g. `Enabled`, `Disabled`, `SecuredByPerimeter` */
function publicAccessText(access: string): string {
  switch (access.toLowerCase()) {
    case 'enabled':
      return l10n.t('public access enabled');
    case 'disabled':
      return l10n.t('public access disabled');
    default:
      return l10n.t('public access {0}', access.toLowerCase());
  }
}

/** What the identity has under the vault's permission model, whether or not it's enough. */
function rightsText({ vault, principal, roles }: ReadFacts): string {
  if (!principal) return l10n.t('none, because there is no identity');
  if (isWithheld(vault) || vault.kind !== 'present') return l10n.t('unknown');
  const same = (id: string) => id.toLowerCase() === principal.principalId.toLowerCase();
  if (vault.vault.permissionModel === 'accessPolicies') {
    const policy = vault.vault.accessPolicies.find(({ objectId }) => same(objectId));
    return policy
      ? l10n.t('access policy: {0}', describePermissions(policy))
      : l10n.t('no access policy of its own among the {0} on the vault', vault.vault.accessPolicies.length);
  }
  if (isWithheld(roles.assignments)) return l10n.t("couldn't be read: {0}", roles.assignments.withheld);
  const ids = new Set(principal.assignmentIds?.map((id) => id.toLowerCase()));
  const own = roles.assignments.filter(
    ({ id, principalId }) => same(principalId) || ids.has(id.toLowerCase()),
  );
  if (own.length === 0) return l10n.t('no role assignment on the secret, the vault, or above');
  return own
    .map((one) => `${roleName(one.roleDefinitionId, roles)} (${describeScope(one.scope)})`)
    .join(', ');
}

/** What gives access, in words. */
export function grantText(grant: Grant, { roles }: Pick<ReadFacts, 'roles'>): string {
  if (grant.kind === 'policy')
    return grant.throughGroup ? l10n.t('the access policy of a group') : l10n.t('its access policy');
  const role = roleName(grant.roleDefinitionId, roles);
  const scope = describeScope(grant.scope);
  return grant.throughGroup
    ? l10n.t('the role {0} on the {1}, through a group', role, scope)
    : l10n.t('the role {0} on the {1}', role, scope);
}

function roleName(roleDefinitionId: string, { definitions }: ReadFacts['roles']): string {
  const guid = (id: string) => id.slice(id.lastIndexOf('/') + 1).toLowerCase();
  const found = isWithheld(definitions)
    ? undefined
    : definitions.find(({ id }) => guid(id) === guid(roleDefinitionId));
  return found?.name ?? guid(roleDefinitionId);
}

function secretText(secret: ReadFacts['secret'], { secretName, secretVersion }: ReadFacts['target']): string {
  const name = secretVersion === undefined ? secretName : `${secretName}/${secretVersion}`;
  if (isWithheld(secret)) return l10n.t("{0}, which couldn't be read: {1}", name, secret.withheld);
  switch (secret.kind) {
    case 'deleted':
      return l10n.t('{0}, which is soft-deleted and can be recovered', name);
    case 'absent':
      return l10n.t("{0}, which doesn't exist", name);
    case 'versionAbsent':
      return l10n.t("{0}: the secret exists, but this version doesn't", name);
    case 'present':
      return secret.secret.enabled ? l10n.t('{0}, enabled', name) : l10n.t('{0}, disabled', name);
  }
}
