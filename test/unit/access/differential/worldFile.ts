import type {
  ResourceGroupEntry,
  RoleAssignmentEntry,
  SecretEntry,
  VaultEntry,
  WorldFile,
} from '../../../../src/sandbox/world/worldFile';
import { generateWorld } from './generate';
import type { MadeAssignment, MadeWorld, Scope } from './madeWorld';
import { conditions, roles } from './madeWorld';
import * as names from './names';
import type { Random } from './random';

/** A made-up world without what a sandbox world file can't express. */
export function generateForFile(random: Random, number: number): MadeWorld {
  const world = generateWorld(random, number);
  const { identity, versions, asked, reference } = world;
  const read = versions[typeof asked === 'number' ? asked : versions.length - 1] ?? { enabled: true };
  const { asked: _, ...rest } = world;
  return {
    ...rest,
    ...(asked === 'gone' ? { asked } : {}),
    ...{ versions: [read], foreignTenant: false, inNetwork: false, privateEndpoints: 0 },
    ...{ addresses: ['127.0.0.1'], reference: reference ?? { form: 'uri' } },
    ...{ observed: false, assignedToKnown: true },
    // The reader of the facts owns the subscription, which shows only current versions.
    hidden: asked === 'gone' && world.secret === 'present' ? ['secret'] : [],
    // Only user-assigned identities have groups, and the app's other identity may be one.
    groups: identity === 'user' ? world.groups : [],
    secret: world.secret === 'present' ? 'present' : 'absent',
    assignments: distinct(world),
    denials: world.denials
      .filter(({ notDataActions }) => !notDataActions)
      .map((denial) => ({ ...denial, scope: 'group' })),
  };
}

/** One assignment per principal, role, and scope; none above the subscription, in another vault, or on a missing secret. */
function distinct(world: MadeWorld): MadeAssignment[] {
  const places: Partial<Record<Scope, Scope>> = {
    ...{ root: 'subscription', otherVault: 'otherSecret' },
    ...(world.secret === 'present' ? {} : { secret: 'vault' }),
  };
  const kept = new Map<string, MadeAssignment>();
  for (const { scope, role, who, age: _age, ...assignment } of world.assignments) {
    // Roles with two permission sets aren't supported either.
    const plain = (roles[role]?.custom?.length ?? 1) === 1 ? role : 'Everything in data';
    const place = places[scope] ?? scope;
    kept.set(`${who} ${plain} ${place}`, { ...assignment, who, role: plain, scope: place });
  }
  return [...kept.values()];
}

export function resourceGroupName({ number }: MadeWorld): string {
  return `rg-${number}`;
}

/** One sandbox that contains all the worlds, each in its own resource group. */
export function worldFileOf(worlds: readonly MadeWorld[]): WorldFile {
  return {
    tenants: [{ tenantId: names.tenantId, displayName: 'Contoso', defaultDomain: 'contoso.example' }],
    users: [{ userPrincipalName: 'alex@contoso.example', displayName: 'Alex' }],
    groups: worlds.flatMap((world) =>
      (['g1', 'g2'] as const).map((group) => ({
        ...{ displayName: `${group}-${world.number}`, objectId: names.objectId(world, group) },
      })),
    ),
    applications: [{ displayName: 'Automation' }],
    roleDefinitions: Object.entries(roles).flatMap(([roleName, { custom }]) =>
      custom?.[0]
        ? [
            {
              ...{ name: names.roleGuid(roleName), roleName, assignableScopes: ['/'] },
              ...{ dataActions: [...custom[0][0]], notDataActions: [...(custom[0][1] ?? [])] },
            },
          ]
        : [],
    ),
    subscriptions: [
      {
        ...{ subscriptionId: names.subscriptionId, displayName: 'Worlds' },
        roleAssignments: [
          { role: 'Owner', principal: 'Automation' },
          ...worlds.flatMap((world) => assigned(world, 'subscription')),
        ],
        resourceGroups: worlds.map(resourceGroupOf),
      },
    ],
  };
}

function resourceGroupOf(world: MadeWorld): ResourceGroupEntry {
  const { number, identity, hasIdentity, hasOther, groups } = world;
  const [system, user] = identity === 'system' ? (['self', 'other'] as const) : (['other', 'self'] as const);
  const has = { self: hasIdentity, other: hasOther };
  return {
    ...{ name: resourceGroupName(world), location: 'westeurope' },
    plans: [{ name: 'plan', sku: 'B1', tier: 'Basic' }],
    identities: [
      {
        ...{ name: `id-${number}`, principalId: names.objectId(world, user) },
        groups: user === 'self' ? groups.map((group) => `${group}-${number}`) : [],
      },
    ],
    sites: [
      {
        ...{ name: `app-${number}`, appSettings: { SECRET: names.referenceText(world) ?? '' } },
        ...(has[system] ? { systemAssigned: names.objectId(world, system) } : {}),
        ...(has[user] ? { userAssigned: [`id-${number}`] } : {}),
        ...(identity === 'user' ? { keyVaultReferenceIdentity: `id-${number}` } : {}),
      },
    ],
    vaults: world.vault === 'absent' ? [] : [vaultOf(world)],
    roleAssignments: assigned(world, 'group'),
    denyAssignments: world.denials.map(({ who, except, dataActions, notBelow }, index) => ({
      ...{ displayName: `denial ${index}`, dataActions: [...dataActions] },
      principals: who.map((one) => (one === 'everyone' ? names.everyone : names.objectId(world, one))),
      excludePrincipals: except.map((one) => names.objectId(world, one)),
      doNotApplyToChildScopes: notBelow === true,
    })),
  };
}

function vaultOf(world: MadeWorld): VaultEntry {
  const { model, ipRules, publicNetworkAccess, policies, secret } = world;
  const [version] = world.versions;
  const entry = (name: string, scope: Scope): SecretEntry => ({
    ...{ name, enabled: version?.enabled ?? true, roleAssignments: assigned(world, scope) },
    ...(version?.expired ? { expiresInDays: -1 } : {}),
    ...(version?.notYetValid ? { notBeforeInDays: 1 } : {}),
  });
  return {
    ...{ name: names.vaultName(world), rbac: model === 'old' ? null : model === 'rbac' },
    publicNetworkAccess: publicNetworkAccess.toLowerCase() === 'disabled' ? 'Disabled' : 'Enabled',
    ...(ipRules
      ? { networkAcls: { defaultAction: 'Deny', ipRules: ipRules.map((value) => ({ value })) } }
      : {}),
    // In the case that Azure's OpenAPI document uses, because all sandbox answers are checked against it.
    accessPolicies: policies.map(({ who, secrets, throughApplication }) => ({
      ...{ principal: names.objectId(world, who), secrets: secrets.map((name) => name.toLowerCase()) },
      ...(throughApplication ? { applicationId: names.objectId(world, 'stranger') } : {}),
    })),
    roleAssignments: assigned(world, 'vault'),
    secrets: [
      ...(secret === 'present' ? [entry(names.secretName, 'secret')] : []),
      entry(names.secretName.slice(0, -1), 'otherSecret'),
    ],
  };
}

function assigned(world: MadeWorld, scope: Scope): RoleAssignmentEntry[] {
  return world.assignments
    .filter((assignment) => assignment.scope === scope)
    .map(({ who, role, condition }) => ({
      ...{ role: names.roleGuid(role), principal: names.objectId(world, who) },
      ...(condition === undefined ? {} : { condition: conditions[condition]?.[0] ?? '' }),
    }));
}
