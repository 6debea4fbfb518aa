import { listFunctionApps, listKeyVaults } from '../../../src/inventory/listResources';
import type { FunctionApp, KeyVault } from '../../../src/azure/core/model';
import type { GrantPlace } from '../../../src/grants/grantPlace';
import type { ReadQuestion } from '../../../src/grants/readFacts';
import { PlainClient } from '../../integration/plainClient';
import type { RunningSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/sandbox';
import type { TestConnection } from '../azure/support';
import { connect, control, only } from '../azure/support';

/** A sandbox for each test of a suite, because tests check what a grant leaves behind. */
export class GrantWorld {
  sandbox!: RunningSandbox;
  c!: TestConnection;
  plain!: PlainClient;
  apps: readonly FunctionApp[] = [];
  vaults: readonly KeyVault[] = [];
  readonly never = new AbortController().signal;

  async open(): Promise<void> {
    this.told.length = 0;
    this.sandbox = await startSandbox();
    const { ready } = this.sandbox;
    this.c = connect(ready);
    this.plain = new PlainClient(ready);
    this.apps = (await listFunctionApps(this.c, ready.subscriptionIds)).items;
    this.vaults = (await listKeyVaults(this.c, ready.subscriptionIds)).items;
    await control(this.c, ready, 'PATCH', '/settings', { rolePropagationMs: 200 });
  }

  readonly app = (name = 'keyless-demo-app') => only(this.apps, (one) => one.name === name, name);
  readonly vault = (name = 'keyless-demo-kv') => only(this.vaults, (one) => one.name === name, name);
  /** Reported changes and app restarts, in order. */
  readonly told: string[] = [];
  readonly place = (): GrantPlace => ({
    connection: this.c,
    vaultConnection: this.c,
    restarts: () => this.told.push('restart'),
    changed: (_, { kind }) => this.told.push(kind),
  });

  /** Asks whether the demo app can read ASampleKey. */
  readonly question = (
    more: Partial<ReadQuestion> = {},
    of = this.vault(),
    secretName = 'ASampleKey',
  ): ReadQuestion => {
    const target = { vaultId: of.id, vaultName: of.name, secretName };
    return { connection: this.c, vaultConnection: this.c, appId: this.app().id, target, ...more };
  };

  /** Asks whether keyless-rbac-app, which has only a user-assigned identity, can read DbPassword. */
  readonly rbacQuestion = (more: Partial<ReadQuestion> = {}) =>
    this.question(
      { appId: this.app('keyless-rbac-app').id, ...more },
      this.vault('keyless-rbac-kv'),
      'DbPassword',
    );
}

export function useGrantWorld(): GrantWorld {
  const world = new GrantWorld();
  beforeEach(() => world.open());
  afterEach(() => world.sandbox.stop());
  return world;
}
