import { resolveReference } from '../../../../src/sandbox/web/keyVaultReferences';
import type { Site, Vault, World } from '../../../../src/sandbox/world/world';
import { errorOf, type Harness } from '../../sandbox/keyvault/harness';
import type { MadeWorld } from './madeWorld';
import { conditions, roles } from './madeWorld';
import * as names from './names';

/** What the app got: refusal codes from any of its addresses; none if all of them got the secret. */
export interface Answers {
  readonly codes: readonly string[];
  /** Refusal messages. */
  readonly messages: readonly string[];
}

/** Replaces the sandbox's world with a made-up one. */
export function enact(harness: Harness, made: MadeWorld): void {
  const { world } = harness.context;
  clear(world);
  const now = harness.context.clock.now();
  for (const who of ['self', 'other'] as const)
    world.servicePrincipals.set(names.objectId(made, who), {
      ...{ objectId: names.objectId(made, who), appId: crypto.randomUUID(), tenantId: names.tenantId },
      ...{ displayName: who, kind: 'ManagedIdentity', visibleFrom: 0 },
      groupIds: who === 'self' ? made.groups.map((group) => names.objectId(made, group)) : [],
    });
  putVault(world, made, now);
  world.roleDefinitions = Object.entries(roles).flatMap(([roleName, { custom }]) =>
    custom
      ? [
          {
            ...{ name: names.roleGuid(roleName), roleName, type: 'CustomRole' as const, description: '' },
            assignableScopes: ['/'],
            permissions: custom.map(([dataActions, notDataActions = []]) => ({
              ...{ actions: [], notActions: [] },
              ...{ dataActions: [...dataActions], notDataActions: [...notDataActions] },
            })),
          },
        ]
      : [],
  );
  for (const { who, role, scope, condition, age } of made.assignments)
    harness.assignRole(names.objectId(made, who), names.roleGuid(role), names.scopeId(made, scope), {
      condition: condition === undefined ? null : (conditions[condition]?.[0] ?? null),
      effectiveFrom: age === 'pending' ? now + 60_000 : 0,
    });
  world.denyAssignments = made.denials.map((denial) => ({
    ...{ name: crypto.randomUUID(), displayName: '', scope: names.scopeId(made, denial.scope) },
    permissions: [
      {
        ...{ actions: [], notActions: [] },
        ...{ dataActions: [...denial.dataActions], notDataActions: [...(denial.notDataActions ?? [])] },
      },
    ],
    principalIds: denial.who.map((who) => (who === 'everyone' ? names.everyone : names.objectId(made, who))),
    excludePrincipalIds: denial.except.map((who) => names.objectId(made, who)),
    doNotApplyToChildScopes: denial.notBelow === true,
  }));
}

function clear(world: World): void {
  world.vaults.clear();
  world.deletedVaults.clear();
  world.servicePrincipals.clear();
  world.roleAssignments = [];
}

function putVault(world: World, made: MadeWorld, now: number): void {
  if (made.vault === 'absent') return;
  const id = names.vaultId(made);
  const name = names.vaultName(made);
  const vault: Vault = {
    ...{ id, name, type: 'Microsoft.KeyVault/vaults', location: 'westeurope', createdAt: 0 },
    tenantId: made.foreignTenant ? names.otherTenantId : names.tenantId,
    sku: { family: 'A', name: 'standard' },
    enableRbacAuthorization: made.model === 'old' ? null : made.model === 'rbac',
    enabledForDeployment: false,
    publicNetworkAccess: made.publicNetworkAccess,
    ...(made.ipRules && {
      networkAcls: {
        ...{ bypass: 'AzureServices', defaultAction: 'Deny', virtualNetworkRules: [] },
        ipRules: made.ipRules.map((value) => ({ value })),
      },
    }),
    accessPolicies: made.policies.map(({ who, secrets, throughApplication }) => ({
      ...{
        tenantId: names.tenantId,
        objectId: names.objectId(made, who),
        permissions: { secrets: [...secrets] },
      },
      ...(throughApplication && { applicationId: names.objectId(made, 'stranger') }),
    })),
    hostName: `${name}.vault.localhost`,
    ...{ secrets: new Map(), deletedSecrets: new Map() },
  };
  putSecret(vault, made, now);
  if (made.vault === 'present') world.vaults.set(id.toLowerCase(), vault);
  else world.deletedVaults.set(id.toLowerCase(), { vault, deletedAt: now, scheduledPurgeAt: now + 1e9 });
}

function putSecret(vault: Vault, made: MadeWorld, now: number): void {
  const seconds = Math.floor(now / 1000);
  const day = 24 * 3600;
  const secret = {
    name: names.secretName,
    versions: made.versions.map(({ enabled, expired, notYetValid }, index) => ({
      ...{
        version: names.versionId(made, index),
        value: 'x',
        enabled,
        created: seconds + index,
        updated: seconds,
      },
      ...(expired && { expires: seconds - day }),
      ...(notYetValid && { notBefore: seconds + day }),
    })),
  };
  if (made.secret === 'present') vault.secrets.set(secret.name, secret);
  if (made.secret === 'deleted')
    vault.deletedSecrets.set(secret.name, {
      ...{ secret, deletedDate: seconds, scheduledPurgeDate: seconds + day, visibleFrom: 0 },
    });
}

/** Reads the secret as the app does: through its Key Vault reference, or over TLS with its identity's token. */
export async function ask(harness: Harness, made: MadeWorld): Promise<Answers> {
  const reference = names.referenceText(made);
  if (reference !== undefined) return await resolve(harness, made, reference);
  const answers = [];
  for (const from of made.addresses) answers.push(await readFrom(harness, made, from));
  const refusals = answers.filter(({ code }) => code !== 'Read');
  return { codes: refusals.map(({ code }) => code), messages: refusals.map(({ message }) => message) };
}

/** Sends one request for the secret. @returns the most specific refusal code, `Read`, or `NoAnswer` */
export async function readFrom(
  harness: Harness,
  made: MadeWorld,
  from: string,
  who: 'self' | 'other' = 'self',
): Promise<{ code: string; message: string }> {
  const { tokens, endpoints } = harness.context;
  const { accessToken } = await tokens.issueForManagedIdentity(
    names.objectId(made, who),
    'https://vault.localhost',
  );
  const version = made.asked === undefined ? '' : names.versionId(made, made.asked);
  const url = `https://${names.vaultName(made)}.vault.localhost:${endpoints.vaultPort}/secrets/${names.secretName}/${version}?api-version=7.5`;
  try {
    const answer = await harness.send('GET', url, { token: accessToken, from });
    if (answer.status === 200) return { code: 'Read', message: '' };
    const { inner, code = '', message = '' } = errorOf(answer);
    return { code: inner ?? code, message };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') return { code: 'NoAnswer', message: '' };
    throw error;
  }
}

async function resolve({ context }: Harness, made: MadeWorld, text: string): Promise<Answers> {
  const assigned = (who: 'self' | 'other') => ({ principalId: names.objectId(made, who), clientId: '' });
  const system = made.identity === 'system' ? 'self' : 'other';
  const has = { self: made.hasIdentity, other: made.hasOther };
  const user = system === 'self' ? 'other' : 'self';
  const site = {
    keyVaultReferenceIdentity: made.identity === 'system' ? 'SystemAssigned' : names.identityId(made),
    identity: {
      ...(has[system] ? { principalId: names.objectId(made, system) } : {}),
      userAssignedIdentities: has[user] ? { [names.identityId(made)]: assigned(user) } : {},
    },
  } as Site;
  const { status, details } = await resolveReference(context, site, 'SECRET', text, 10_000);
  return status === 'Resolved' ? { codes: [], messages: [] } : { codes: [status], messages: [details] };
}
