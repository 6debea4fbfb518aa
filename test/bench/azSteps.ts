import { enableSystemAssignedIdentity } from '../../src/azure/appService/sites';
import type { Connection } from '../../src/azure/core/connection';
import type { FunctionApp, KeyVault } from '../../src/azure/core/model';
import { listSecrets } from '../../src/azure/keyVault/secrets';
import { settleAll } from '../../src/azure/core/wait';
import { addAccessPolicy, getKeyVault } from '../../src/azure/keyVault/vaults';
import { listFunctionApps } from '../../src/inventory/listResources';

/** What the view shows already when a person acts. */
export interface Shown {
  readonly subscriptionIds: readonly string[];
  readonly app: FunctionApp;
  readonly vault: KeyVault;
}

/** Whom the policy is for. */
export const principalId = '5f2b1c9e-7a34-4f0e-9c52-3d1a7e6b8f10';

/** A step that a person sees the result of. */
interface Told {
  /** What Keyless still checks then. */
  readonly check?: Promise<unknown>;
}

/** The steps of the main use case, each until a person sees the result. */
export const azSteps = {
  async listApps(c: Connection, { subscriptionIds }: Shown): Promise<Told> {
    await listFunctionApps(c, subscriptionIds);
    return {};
  },
  async enableIdentity(c: Connection, { app }: Shown): Promise<Told> {
    const checks: Promise<unknown>[] = [];
    await enableSystemAssignedIdentity(c, app, undefined, { later: (check) => checks.push(check) });
    return { check: Promise.all(checks) };
  },
  async addPolicy(c: Connection, { vault }: Shown): Promise<Told> {
    const policy = { objectId: principalId, permissions: { secrets: ['get', 'list'] } };
    await settleAll([addAccessPolicy(c, vault, policy), getKeyVault(c, vault.id)]);
    return {};
  },
  async showSecretUri(c: Connection, { vault }: Shown): Promise<Told> {
    await listSecrets(c, vault);
    return {};
  },
};

export type AzStep = keyof typeof azSteps;
