import type { Hidden, MadeAssignment, MadeDenial, MadePolicy, MadeWorld, Scope, Who } from './madeWorld';
import { conditions, roles, scopes } from './madeWorld';
import type { Random } from './random';

/** Generates a world that works, with some things changed and some hidden. */
export function generateWorld(random: Random, number: number): MadeWorld {
  const changes = random.below(4);
  let world = { ...workingWorld(random, number), ...noise(random) };
  world = withGrant(random, world);
  for (let change = 0; change < changes; change += 1)
    world = { ...world, ...random.one(mutations)(random, world) };
  // Without the identity, only App Service itself can be asked.
  if (!world.hasIdentity && !world.reference) world = { ...world, reference: { form: 'uri' } };
  // The app's address. App Service itself calls from another one.
  if (world.reference) world = { ...world, addresses: ['127.0.0.1'] };
  // Only a refusal reveals what hasn't taken effect yet, and App Service says too little about refusals.
  const pending = world.assignments.some(({ age }) => age === 'pending');
  if (pending && world.reference)
    world = { ...world, assignments: world.assignments.map(({ age: _, ...assignment }) => assignment) };
  return { ...world, observed: pending || random.chance(0.3), hidden: hide(random, world) };
}

function workingWorld(random: Random, number: number): MadeWorld {
  return {
    number,
    model: random.one(['rbac', 'rbac', 'policies', 'old'] as const),
    identity: random.one(['system', 'user'] as const),
    ...{ hasIdentity: true, hasOther: random.chance(0.4), foreignTenant: false },
    ...{ vault: 'present', publicNetworkAccess: random.one(['Enabled', 'enabled']) },
    addresses: ['127.0.0.1', '127.0.0.9', '127.1.2.3'].slice(0, 1 + random.below(3)),
    ...{ inNetwork: random.chance(0.2), privateEndpoints: random.chance(0.2) ? 1 : 0 },
    groups: random.some(['g1', 'g2'] as const, 0.4),
    ...{ policies: [], assignments: [], denials: [], secret: 'present' },
    versions: [...random.many(2, () => ({ enabled: random.chance(0.7) })), { enabled: true }],
    ...(random.chance(0.2) ? { reference: { form: random.one(['uri', 'names'] as const) } } : {}),
    ...{ observed: false, assignedToKnown: random.chance(0.3), hidden: [] },
  };
}

/** Extra things that may or may not matter. */
function noise(random: Random): Pick<MadeWorld, 'policies' | 'assignments' | 'denials'> {
  return {
    policies: random.many(2, () => policy(random)),
    assignments: random.many(2, () => assignment(random)),
    denials: random.chance(0.1) ? [denial(random)] : [],
  };
}

function policy(random: Random): MadePolicy {
  return {
    who: random.one(['self', 'other', 'stranger', 'g1', 'g2'] as const),
    secrets: random.one([['get'], ['GET', 'list'], ['all'], ['list'], ['set', 'delete'], []]),
    ...(random.chance(0.2) ? { throughApplication: true } : {}),
  };
}

function assignment(random: Random): MadeAssignment {
  return {
    who: random.one(['self', 'self', 'other', 'stranger', 'g1', 'g2'] as const),
    role: random.one(Object.keys(roles)),
    scope: random.one(scopes),
    ...(random.chance(0.3) ? { condition: random.below(conditions.length) } : {}),
    ...(random.chance(0.2) ? { age: random.one(['fresh', 'pending'] as const) } : {}),
  };
}

function denial(random: Random): MadeDenial {
  return {
    who: random.one<MadeDenial['who']>([['self'], ['g1'], ['everyone'], ['stranger', 'g2'], ['other']]),
    except: random.one<readonly Who[]>([[], [], ['self'], ['g1'], ['stranger'], ['other']]),
    scope: random.one(scopes),
    dataActions: random.one([
      ['*'],
      ['Microsoft.KeyVault/vaults/secrets/*'],
      ['*/read'],
      ['*/getSecret/action'],
    ]),
    ...(random.chance(0.2) ? { notDataActions: random.one([['*/getSecret/*'], ['*/delete']]) } : {}),
    ...(random.chance(0.3) ? { notBelow: true } : {}),
  };
}

/** Grants access in one of the possible ways. */
function withGrant(random: Random, world: MadeWorld): MadeWorld {
  const who = random.one<Who>(['self', 'self', ...world.groups]);
  const granting = Object.keys(roles).filter((name) => roles[name]?.reads);
  const scope = random.one<Scope>(['root', 'subscription', 'group', 'vault', 'secret']);
  const given: MadeAssignment = {
    ...{ who, role: random.one(granting), scope },
    ...(random.chance(0.2) ? { condition: random.one([0, 2, 3, 7]) } : {}),
    ...(random.chance(0.25) ? { age: random.one(['fresh', 'pending'] as const) } : {}),
  };
  return world.model === 'rbac'
    ? { ...world, assignments: [...world.assignments, given] }
    : {
        ...world,
        policies: [...world.policies, { who, secrets: random.one([['get'], ['Get', 'List'], ['ALL']]) }],
      };
}

type Mutation = (random: Random, world: MadeWorld) => Partial<MadeWorld>;

const mutations: readonly Mutation[] = [
  () => ({ policies: [], assignments: [] }),
  (_, { policies }) => ({ policies: policies.map((one) => ({ ...one, throughApplication: true })) }),
  (random, { policies }) => ({
    policies: policies.map((one) => ({ ...one, who: random.one(['g1', 'other'] as const) })),
  }),
  (random, { assignments }) => ({
    assignments: assignments.map((one) => ({ ...one, scope: random.one(scopes) })),
  }),
  (random, { assignments }) => ({
    assignments: assignments.map((one) => ({ ...one, condition: random.below(conditions.length) })),
  }),
  (random, { assignments }) => ({
    assignments: assignments.map((one) => ({ ...one, who: random.one(['g1', 'g2', 'other'] as const) })),
  }),
  (_, { model }) => ({ model: model === 'rbac' ? 'policies' : 'rbac' }),
  (random, { denials }) => ({ denials: [...denials, denial(random)] }),
  () => ({ hasIdentity: false }),
  () => ({ foreignTenant: true }),
  (random) => ({ vault: random.one(['softDeleted', 'absent'] as const) }),
  (random) => ({
    publicNetworkAccess: random.one(['Disabled', 'disabled']),
    inNetwork: random.chance(0.6),
    privateEndpoints: random.below(2),
  }),
  (random) => ({
    ipRules: random.one([
      [],
      ['127.0.0.0/24'],
      ['127.0.0.1', '127.0.0.9/32', '127.1.2.0/29'],
      ['127.0.0.0/8', 'nonsense'],
      ['127.0.0.1'],
      ['127.0.0.2/31', '128.0.0.0/1'],
      ['127.0.0.0/31', '127.0.0.8/31', '127.1.2.2/31'],
      ['0.0.0.0/0'],
    ]),
  }),
  (random) => ({ secret: random.one(['absent', 'deleted'] as const) }),
  (_, { versions }) => ({ versions: [...versions.slice(0, -1), { enabled: false }] }),
  (random, { versions }) => ({
    versions: versions.map((version) => ({
      ...version,
      expired: random.chance(0.5),
      notYetValid: random.chance(0.3),
    })),
  }),
  (random, { versions }) => ({ asked: random.one<number | 'gone'>(['gone', random.below(versions.length)]) }),
  (random) => ({
    reference: {
      form: 'broken',
      text: random.one([
        '@Microsoft.KeyVault(Nonsense)',
        '@Microsoft.KeyVault(VaultName=;SecretName=s)',
        '@Microsoft.KeyVault(SecretUri=http://kv.vault.localhost/secrets/s)',
        '@Microsoft.KeyVault(SecretUri=https://kv.vault.localhost/keys/s)',
        '@Microsoft.KeyVault(VaultName=kv1)',
      ]),
    },
  }),
];

/** The facts say what is hidden. */
function hide(random: Random, world: MadeWorld): Hidden[] {
  const simple = random.some(
    ['vault', 'secret', 'groups', 'addresses', 'assignments', 'definitions', 'denials'] as const,
    0.07,
  );
  const hiddenScopes = random.some(scopes, 0.03).map((scope): Hidden => `scope ${scope}`);
  const hiddenRoles = random
    .some(
      world.assignments.map(({ role }) => role),
      0.05,
    )
    .map((role): Hidden => `role ${role}`);
  return [
    ...new Set([
      ...simple,
      ...(random.chance(0.15) ? ['groups' as const] : []),
      ...(world.ipRules && random.chance(0.3) ? ['addresses' as const] : []),
      ...hiddenScopes,
      ...hiddenRoles,
    ]),
  ];
}
