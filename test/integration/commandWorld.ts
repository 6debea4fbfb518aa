import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AccessToken } from '@azure/core-auth';
import { Connection } from '../../src/azure/core/connection';
import { getFunctionApp } from '../../src/azure/appService/sites';
import { createTransport } from '../../src/azure/core/transport';
import { TrustRegistry } from '../../src/azure/core/tokens/trust';
import { getKeyVault } from '../../src/azure/keyVault/vaults';
import type { Services } from '../../src/commands/services';
import type { AppTarget, VaultTarget } from '../../src/inventory/targets';
import type { SandboxReady } from '../support/sandbox';
import { sandboxClock } from '../support/sandboxClock';
import { freshSandbox } from './freshSandbox';
import { PlainClient } from './plainClient';
import { openServicesWorld, recordingLog } from './servicesWorld';

/** A sandbox with the services that Keyless's commands need, and an independent client to check the results with. */
export interface CommandWorld {
  readonly ready: SandboxReady;
  readonly services: Services;
  readonly connection: Connection;
  readonly plain: PlainClient;
  /** What went into the log. Waits for changes that are still being logged. */
  loggedLines(): Promise<string[]>;
  /** IDs of the resources that commands had read again. */
  readonly refreshed: string[];
  /** Connects as the same account in another window, sharing nothing with `connection`. */
  anotherClient(): Connection;
  /** IDs of the resources that commands selected in the tree. */
  readonly revealed: string[];
  /** What commands had selected in the tree because they wrote it. */
  readonly selected: string[];
  /** The app's current state, as the tree would pass it to a command. */
  app(name: string): Promise<AppTarget>;
  vault(name: string): Promise<VaultTarget>;
  close(): Promise<void>;
}

/**
 * Opens a world that is signed in as the sandbox's client-credentials app.
 * @param args like those of `startSandbox`
 */
export async function openCommandWorld(args: string[] = []): Promise<CommandWorld> {
  const sandbox = await freshSandbox(args);
  const { ready } = sandbox;
  const plain = new PlainClient(ready);
  const refreshed: string[] = [];
  const revealed: string[] = [];
  const selected: string[] = [];
  const logged: string[] = [];
  const world = await openServicesWorld(sandbox, recordingLog(logged));
  const connections = await world.services.accounts.connections();
  const connection = connections.find(({ tenantId }) => tenantId === ready.tenantId) ?? assert.fail();
  Object.assign(connection, { clock: sandboxClock(ready) });
  const services: Services = {
    ...world.services,
    refresh: (_connection, resourceId, select) => {
      refreshed.push(resourceId);
      if (select !== undefined) selected.push(select);
      world.inventory.refresh();
    },
    reveal: (_connection, resourceId) => {
      revealed.push(resourceId);
      return Promise.resolve();
    },
  };
  return {
    ...{ ready, services, connection, plain, refreshed, revealed, selected },
    loggedLines: async () => {
      await services.changes.written;
      return logged;
    },
    // In real time: clients that compete need their pauses.
    anotherClient: () => anotherClient(connection, plain),
    async app(name) {
      return { connection, app: await getFunctionApp(connection, await idOf(plain, ready, name)) };
    },
    async vault(name) {
      return { connection, vault: await getKeyVault(connection, await idOf(plain, ready, name)) };
    },
    async close() {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await services.clipboard.clear();
      world.dispose();
      await sandbox.stop();
    },
  };
}

/** Finds a resource ID by name, through Resource Manager itself. */
async function idOf(plain: PlainClient, ready: SandboxReady, name: string): Promise<string> {
  for (const subscriptionId of ready.subscriptionIds) {
    const { value } = (await plain.arm(
      'GET',
      `/subscriptions/${subscriptionId}/resources`,
      '2021-04-01',
    )) as { value: { id: string; name: string }[] };
    const found = value.find((resource) => resource.name === name);
    if (found) return found.id;
  }
  throw new Error(`The sandbox has no ${name}`);
}

function anotherClient({ accountId, tenantId, cloud }: Connection, plain: PlainClient): Connection {
  const credential = {
    async getToken(scopes: string | string[]): Promise<AccessToken> {
      const token = await plain.token([scopes].flat().join(' '));
      return { token, expiresOnTimestamp: Date.now() + 30 * 60_000 };
    },
  };
  const trust = new TrustRegistry({ cloud: () => cloud });
  const http = createTransport({ cloud: () => cloud, trust });
  return new Connection({ accountId, tenantId, cloud, credential, http });
}
