import type {
  ResourceGroupEntry,
  SiteEntry,
  VaultEntry,
  WorldFile,
} from '../../../src/sandbox/world/worldFile';
import { people, usualRights } from '../../../src/sandbox/world/seed';

const shop = 'aaaaaaaa-0000-4000-8000-000000000001';
const fleet = 'aaaaaaaa-0000-4000-8000-000000000002';
const tenantRights = [
  ...usualRights,
  { role: 'Key Vault Secrets Officer', principal: 'alex@contoso.example' },
];
const alex = { principal: 'alex@contoso.example', secrets: ['get', 'list', 'set', 'delete'] };

/** A shop with every kind of path and problem, and a fleet of 50 apps and 50 vaults. */
export function mapWorld(): WorldFile {
  return {
    ...people,
    subscriptions: [
      {
        subscriptionId: shop,
        displayName: 'Contoso Shop',
        roleAssignments: tenantRights,
        resourceGroups: [shopGroup],
      },
      {
        subscriptionId: fleet,
        displayName: 'Contoso Fleet',
        roleAssignments: tenantRights,
        resourceGroups: [fleetGroup(50)],
      },
    ],
  };
}

function principal(number: number): string {
  return `bbbbbbbb-0000-4000-8000-${number.toString().padStart(12, '0')}`;
}

function app(name: string, settings: Record<string, string>, more: Partial<SiteEntry> = {}): SiteEntry {
  return { name, sample: 'empty', appSettings: { FUNCTIONS_EXTENSION_VERSION: '~4', ...settings }, ...more };
}

function reference(vault: string, secret: string): string {
  return `@Microsoft.KeyVault(VaultName=${vault};SecretName=${secret})`;
}

const shopGroup: ResourceGroupEntry = {
  name: 'shop',
  location: 'westeurope',
  plans: [{ name: 'shop-plan', sku: 'B1', tier: 'Basic' }],
  identities: [{ name: 'shop-mail-id' }],
  roleAssignments: [{ role: 'Key Vault Secrets User', principal: 'shop-mail-id' }],
  sites: [
    app(
      'shop-orders',
      { DB_PASSWORD: reference('shop-kv', 'DbPassword') },
      { systemAssigned: principal(1001) },
    ),
    app('shop-web', { SESSION_KEY: reference('shop-kv', 'SessionKey') }, { systemAssigned: principal(1002) }),
    app(
      'shop-payments',
      { PSP_KEY: reference('shop-pay-kv', 'PspKey') },
      { systemAssigned: principal(1003) },
    ),
    app(
      'shop-mails',
      { SMTP_PASSWORD: reference('shop-pay-kv', 'SmtpPassword') },
      {
        userAssigned: ['shop-mail-id'],
        keyVaultReferenceIdentity: 'shop-mail-id',
      },
    ),
    app('shop-legacy', { PSP_KEY: reference('shop-pay-kv', 'PspKey') }, { systemAssigned: principal(1004) }),
    app('shop-reports', { DB_PASSWORD: reference('shop-kv', 'DbPassword') }),
  ],
  vaults: [
    {
      name: 'shop-kv',
      rbac: false,
      accessPolicies: [
        alex,
        { principal: principal(1001), secrets: ['get'] },
        { principal: principal(1002), secrets: ['get', 'list'] },
      ],
      secrets: [{ name: 'DbPassword' }, { name: 'ApiKey' }],
    },
    {
      name: 'shop-pay-kv',
      rbac: true,
      accessPolicies: [{ principal: principal(1004), secrets: ['get'] }],
      roleAssignments: [{ role: 'Key Vault Secrets User', principal: principal(1003) }],
      secrets: [{ name: 'PspKey' }, { name: 'SmtpPassword' }],
    },
  ],
};

/** Each app can read three vaults. Every ninth reference names a missing secret. */
function fleetGroup(size: number): ResourceGroupEntry {
  const numbers = Array.from({ length: size }, (_, number) => number);
  const name = (kind: string, number: number) => `fleet-${kind}-${number.toString().padStart(2, '0')}`;
  const readers = (vault: number) => [vault, (vault * 7 + 3) % size, (vault * 13 + 5) % size];
  return {
    name: 'fleet',
    location: 'northeurope',
    plans: [{ name: 'fleet-plan', sku: 'B1', tier: 'Basic' }],
    sites: numbers.map((number) =>
      app(
        name('app', number),
        { SECRET: reference(name('kv', number), number % 9 === 4 ? 'Absent' : 'Secret') },
        { systemAssigned: principal(number) },
      ),
    ),
    vaults: numbers.map((number): VaultEntry => {
      const rights = [...new Set(readers(number))].map(principal);
      return number % 2 === 0
        ? {
            ...{ name: name('kv', number), rbac: true, secrets: [{ name: 'Secret' }] },
            roleAssignments: rights.map((one) => ({ role: 'Key Vault Secrets User', principal: one })),
          }
        : {
            ...{ name: name('kv', number), rbac: false, secrets: [{ name: 'Secret' }] },
            accessPolicies: [alex, ...rights.map((one) => ({ principal: one, secrets: ['get'] }))],
          };
    }),
  };
}
