import { guidOf } from './deterministic';
import { people, usualRights } from './seed';
import type { ResourceGroupEntry, SecretEntry, WorldFile } from './worldFile';

/** The size of the world that `--scale` creates; secrets are counted across all vaults. */
export interface Scale {
  subscriptions: number;
  apps: number;
  vaults: number;
  secrets: number;
}

/**
 * @param text `subscriptions=100,apps=1000,vaults=500,secrets=5000`; the defaults are 1 subscription and none
 * of the rest
 * @throws Error for anything else
 */
export function parseScale(text: string): Scale {
  const scale: Scale = { subscriptions: 1, apps: 0, vaults: 0, secrets: 0 };
  for (const part of text.split(',')) {
    const [, name = '', number = ''] =
      /^(subscriptions|apps|vaults|secrets)=(\d{1,6})$/.exec(part.trim()) ?? [];
    if (name === '')
      throw new Error(`--scale takes subscriptions=N,apps=N,vaults=N,secrets=N, not '${part}'.`);
    scale[name as keyof Scale] = Number(number);
  }
  if (scale.subscriptions === 0) throw new Error('--scale needs at least one subscription.');
  return scale;
}

/** A world of this size, spread evenly, with the sandbox's usual people. */
export function scaledWorld(scale: Scale): WorldFile {
  const groups = Array.from({ length: scale.subscriptions }, (_, index): ResourceGroupEntry => {
    return {
      name: `scale-group-${index}`,
      location: locations[index % locations.length] ?? 'westeurope',
      plans: [],
      sites: [],
      vaults: [],
    };
  });
  const secrets = spread(scale.secrets, Math.max(scale.vaults, 1));
  spread(scale.apps, groups.length).forEach((count, index) => {
    groups[index]?.plans?.push({ name: `scale-plan-${index}`, sku: 'B1', tier: 'Basic' });
    for (let app = 0; app < count; app++)
      groups[index]?.sites?.push({
        name: `scale-app-${index}-${app}`,
        sample: 'empty',
        systemAssigned: app % 2 === 0,
      });
  });
  let vaultIndex = 0;
  spread(scale.vaults, groups.length).forEach((count, index) => {
    for (let vault = 0; vault < count; vault++, vaultIndex++)
      groups[index]?.vaults?.push({
        name: `scale-kv-${index}-${vault}`,
        rbac: vaultIndex % 2 === 0,
        accessPolicies: [
          { principal: people.users[0]?.userPrincipalName ?? '', secrets: ['get', 'list', 'set', 'delete'] },
        ],
        secrets: Array.from({ length: secrets[vaultIndex] ?? 0 }, (_, secret): SecretEntry => ({
          name: `Secret${secret}`,
          value: `value-${secret}`,
        })),
      });
  });
  return {
    ...people,
    subscriptions: groups.map((group, index) => ({
      subscriptionId: guidOf(`scale subscription ${index}`),
      displayName: `Scale ${index.toString().padStart(3, '0')}`,
      roleAssignments: [
        ...usualRights,
        { role: 'Key Vault Secrets Officer', principal: people.users[0]?.userPrincipalName ?? '' },
      ],
      resourceGroups: [group],
    })),
  };
}

const locations = ['westeurope', 'northeurope', 'eastus', 'francecentral'];

/** Splits `total` into `parts` whole numbers that differ by at most one. */
function spread(total: number, parts: number): number[] {
  return Array.from(
    { length: parts },
    (_, index) => Math.floor(total / parts) + (index < total % parts ? 1 : 0),
  );
}
