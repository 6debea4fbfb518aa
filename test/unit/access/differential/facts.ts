import type {
  Known,
  ObservedRefusal,
  PrincipalFacts,
  ReadFacts,
  RoleFacts,
  VaultFacts,
} from '../../../../src/access/model/facts';
import { referenceProblem } from '../../../../src/access/reference/reference';
import type { AccessPolicy, RoleAssignment } from '../../../../src/azure/core/model';
import type { RoleDefinition } from '../../../../src/azure/directory/roles';
import type { SecretState } from '../../../../src/azure/keyVault/secretState';
import { builtInRoles } from '../../../../src/sandbox/authorization/builtInRoles';
import type { MadeAssignment, MadeWorld } from './madeWorld';
import { conditions, pickAssignments, roles } from './madeWorld';
import * as names from './names';

/** What Keyless would know about a made-up world. @param observed what the app got when it asked */
export function factsOf(world: MadeWorld, now: Date, observed?: ObservedRefusal): ReadFacts {
  const self = principalOf(world, 'self');
  const text = names.referenceText(world);
  const problem = text === undefined ? undefined : referenceProblem(text);
  return {
    app: {
      id: names.appId(world),
      name: `app-${world.number}`,
      tenantId: names.tenantId,
      identityInUse: world.identity === 'system' ? 'SystemAssigned' : names.identityId(world).toUpperCase(),
      referenceIdentity: world.identity === 'system' ? 'SystemAssigned' : names.identityId(world),
      outboundAddresses: unless(world.hidden.includes('addresses'), world.addresses),
      ...(world.inNetwork ? { subnetId: '/subscriptions/x/subnets/inner' } : {}),
    },
    target: {
      vaultId: names.vaultId(world),
      vaultName: names.vaultName(world),
      secretName: names.secretName,
      ...(world.asked === undefined ? {} : { secretVersion: names.versionId(world, world.asked) }),
    },
    ...(world.hasIdentity ? { principal: self } : {}),
    otherIdentities: world.hasOther ? [principalOf(world, 'other')] : [],
    vault: unless(world.hidden.includes('vault'), vaultOf(world)),
    roles: rolesOf(world, now),
    secret: unless(world.hidden.includes('secret'), secretOf(world, now)),
    ...(text === undefined
      ? {}
      : {
          reference: { settingName: 'SECRET', ...(problem === undefined ? {} : { syntaxProblem: problem }) },
        }),
    ...(observed && world.observed ? { observed } : {}),
    notGroups: [names.objectId(world, 'stranger')],
    now,
  };
}

function unless<T>(hidden: boolean, fact: T): Known<T> {
  return hidden ? { withheld: 'hidden' } : fact;
}

function principalOf(world: MadeWorld, who: 'self' | 'other'): PrincipalFacts {
  const groups = who === 'self' ? world.groups : [];
  const isSystem = (world.identity === 'system') === (who === 'self');
  const reach = world.assignments.flatMap((one, index) =>
    one.who === who || groups.some((group) => group === one.who) ? [assignmentId(world, index)] : [],
  );
  return {
    kind: isSystem ? 'system-assigned' : 'user-assigned',
    name: who,
    ...(isSystem ? {} : { resourceId: names.identityId(world) }),
    principalId: names.objectId(world, who).toUpperCase(),
    tenantId: names.tenantId,
    groups: unless(
      world.hidden.includes('groups'),
      groups.map((group) => names.objectId(world, group)),
    ),
    ...(world.assignedToKnown ? { assignmentIds: reach } : {}),
  };
}

function vaultOf(world: MadeWorld): VaultFacts {
  const [id, name] = [names.vaultId(world), names.vaultName(world)];
  if (world.vault === 'absent') return { kind: 'absent' };
  if (world.vault === 'softDeleted')
    return { kind: 'softDeleted', deleted: { vaultId: id, name, location: 'westeurope' } };
  const { publicNetworkAccess, ipRules, privateEndpoints } = world;
  return {
    kind: 'present',
    vault: {
      ...{
        id,
        name,
        subscriptionId: names.subscriptionId,
        resourceGroup: '',
        location: 'westeurope',
        tags: {},
      },
      tenantId: world.foreignTenant ? names.otherTenantId : names.tenantId,
      vaultUri: `https://${name}.vault.localhost`,
      permissionModel: world.model === 'rbac' ? 'rbac' : 'accessPolicies',
      ...{ publicNetworkAccess, firewall: ipRules !== undefined },
      accessPolicies: world.policies.map(({ who, secrets, throughApplication }): AccessPolicy => ({
        tenantId: names.tenantId,
        objectId: names.objectId(world, who),
        ...(throughApplication ? { applicationId: names.objectId(world, 'stranger') } : {}),
        permissions: { secrets },
      })),
    },
    network: {
      ...{ publicNetworkAccess, privateEndpoints, subnetIds: [], uncheckedSubnetIds: [] },
      ...{ defaultAction: ipRules ? 'Deny' : 'Allow', ipRules: ipRules ?? [] },
    },
  };
}

function rolesOf(world: MadeWorld, now: Date): RoleFacts {
  const { hidden } = world;
  const kept = pickAssignments(world);
  return {
    assignments: unless(
      hidden.includes('assignments'),
      world.assignments.flatMap((one, index) =>
        kept.includes(one) ? [assignmentOf(world, one, index, now)] : [],
      ),
    ),
    definitions: unless(
      hidden.includes('definitions'),
      Object.keys(roles)
        .filter((name) => !hidden.includes(`role ${name}`))
        .map(definitionOf),
    ),
    denyAssignments: unless(
      hidden.includes('denials'),
      world.denials.map((denial, index) => ({
        ...{ id: `denial ${index}`, name: `denial ${index}`, scope: names.scopeId(world, denial.scope) },
        permissions: [
          {
            ...{ actions: [], notActions: [] },
            ...{ dataActions: denial.dataActions, notDataActions: denial.notDataActions ?? [] },
          },
        ],
        principalIds: denial.who.map((who) =>
          who === 'everyone' ? names.everyone : names.objectId(world, who),
        ),
        excludedPrincipalIds: denial.except.map((who) => names.objectId(world, who)),
        doNotApplyToChildScopes: denial.notBelow === true,
      })),
    ),
    unreadableScopes: hidden.flatMap((one) => {
      const scope = world.assignments.find(({ scope: at }) => one === `scope ${at}`)?.scope;
      return scope === undefined ? [] : [names.scopeId(world, scope)];
    }),
  };
}

function assignmentId(world: MadeWorld, index: number): string {
  return `assignment ${world.number}-${index}`;
}

function assignmentOf(world: MadeWorld, made: MadeAssignment, index: number, now: Date): RoleAssignment {
  const condition = made.condition === undefined ? undefined : conditions[made.condition]?.[0];
  return {
    id: assignmentId(world, index),
    scope: names.scopeId(world, made.scope),
    roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${names.roleGuid(made.role).toUpperCase()}`,
    principalId: names.objectId(world, made.who),
    principalType: made.who === 'g1' || made.who === 'g2' ? 'Group' : 'ServicePrincipal',
    createdOn: new Date(now.getTime() - (made.age ? 2 : 24 * 60) * 60_000),
    ...(condition === undefined ? {} : { condition }),
  };
}

function definitionOf(name: string): RoleDefinition {
  const { guid, custom } = roles[name] ?? {};
  const permissions = guid
    ? builtInRoles().find((role) => role.name === guid)?.permissions
    : custom?.map(([dataActions, notDataActions = []]) => ({
        ...{ actions: [], notActions: [] },
        ...{ dataActions, notDataActions },
      }));
  if (!permissions) throw new Error(`No role ${name}.`);
  const id = `/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/${names.roleGuid(name)}`;
  return { id, name, description: '', custom: custom !== undefined, permissions };
}

function secretOf(world: MadeWorld, now: Date): SecretState {
  if (world.secret !== 'present') return { kind: world.secret };
  const index = world.asked ?? world.versions.length - 1;
  const version = index === 'gone' ? undefined : world.versions[index];
  if (!version) return { kind: 'versionAbsent' };
  const day = 24 * 3_600_000;
  return {
    kind: 'present',
    secret: {
      ...{ id: '', name: names.secretName, enabled: version.enabled, tags: {} },
      ...(version.expired ? { expires: new Date(now.getTime() - day) } : {}),
      ...(version.notYetValid ? { notBefore: new Date(now.getTime() + day) } : {}),
    },
  };
}
