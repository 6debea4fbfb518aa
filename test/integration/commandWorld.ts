import fs from 'node:fs';
import * as vscode from 'vscode';
import type { AccessToken } from '@azure/core-auth';
import type { Cloud } from '../../src/azure/core/cloud';
import { Connection } from '../../src/azure/core/connection';
import { getFunctionApp } from '../../src/azure/appService/sites';
import { listSubscriptions } from '../../src/azure/directory/subscriptions';
import { createTransport } from '../../src/azure/core/transport';
import { TrustRegistry } from '../../src/azure/core/trust';
import { getKeyVault } from '../../src/azure/keyVault/vaults';
import { explainRefusal } from '../../src/commands/rights/explainRefusal';
import { explainSilence } from '../../src/commands/logs/logSilence';
import type { Services } from '../../src/commands/services';
import { SiteUris } from '../../src/files/siteUris';
import { LogStreams } from '../../src/logs/logStreams';
import { LiveInventory } from '../../src/inventory/inventory';
import { Changes } from '../../src/ui/changes';
import { SecretClipboard } from '../../src/ui/clipboard';
import { ReadOnlyDocuments } from '../../src/ui/documents';
import { LongOperations } from '../../src/commands/longOperations';
import { Milestones } from '../../src/ui/milestones';
import { Reports } from '../../src/ui/reports';
import type { AppTarget, VaultTarget } from '../../src/inventory/targets';
import { startSandbox, type RunningSandbox, type SandboxReady } from '../support/sandbox';
import { PlainClient } from './plainClient';

/** A sandbox with the services that Keyless's commands need, and an independent client to check the results with. */
export interface CommandWorld {
  readonly ready: SandboxReady;
  readonly services: Services;
  readonly connection: Connection;
  readonly plain: PlainClient;
  /** The lines of the log. */
  readonly logged: string[];
  /** IDs of the resources that commands had read again. */
  readonly refreshed: string[];
  /** Connects as the same account in another window, sharing nothing with `connection`. */
  anotherClient(): Connection;
  /** IDs of the resources that commands selected in the tree. */
  readonly revealed: string[];
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
  const sandbox = await startSandbox(args);
  const { ready } = sandbox;
  const plain = new PlainClient(ready);
  const connection = connectionTo(ready, plain);
  const refreshed: string[] = [];
  const revealed: string[] = [];
  const logged: string[] = [];
  const tenants = async () => [
    {
      tenant: { tenantId: ready.tenantId, displayName: 'Contoso' },
      connection,
      subscriptions: await listSubscriptions(connection),
    },
  ];
  const inventory = new LiveInventory(tenants);
  const log = recordingLog(logged);
  const memento = memoryMemento();
  const services: Services = {
    accounts: undefined as never, // no command under test uses it
    inventory,
    refresh: (_connection, resourceId) => {
      refreshed.push(resourceId);
      inventory.refresh();
    },
    log,
    changes: new Changes(log),
    reveal: (_connection, resourceId) => {
      revealed.push(resourceId);
      return Promise.resolve();
    },
    accessMaps: undefined as never, // test/e2e covers the maps
    documents: new ReadOnlyDocuments(),
    reports: new Reports(),
    clipboard: new SecretClipboard(),
    logStreams: new LogStreams({
      mayUseHostKey: () => Promise.resolve(false),
      silentAfter: 3000,
      onSilence: explainSilence,
      onRefusal: (target, refusal) => void explainRefusal(services, target, refusal),
    }),
    siteUris: new SiteUris(memento),
    siteFiles: undefined as never, // files.test.ts uses the extension's own
    milestones: new Milestones(),
    operations: new LongOperations(memento),
    memento,
    packageJson: { contributes: { commands: [] } },
  };
  return {
    ...{ ready, services, connection, plain, logged, refreshed, revealed },
    anotherClient: () => connectionTo(ready, plain),
    async app(name) {
      return { connection, app: await getFunctionApp(connection, await idOf(plain, ready, name)) };
    },
    async vault(name) {
      return { connection, vault: await getKeyVault(connection, await idOf(plain, ready, name)) };
    },
    close: () => close(services, sandbox),
  };
}

async function close(services: Services, sandbox: RunningSandbox): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  await services.clipboard.clear();
  services.logStreams.dispose();
  services.documents.dispose();
  services.reports.dispose();
  await sandbox.stop();
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

function connectionTo(ready: SandboxReady, plain: PlainClient): Connection {
  const cloud = cloudOf(ready);
  const credential = {
    async getToken(scopes: string | string[]): Promise<AccessToken> {
      const token = await plain.token([scopes].flat().join(' '));
      return { token, expiresOnTimestamp: Date.now() + 30 * 60_000 };
    },
  };
  const trust = new TrustRegistry({ cloud: () => cloud });
  const http = createTransport({ cloud: () => cloud, trust });
  return new Connection({ accountId: 'test', tenantId: ready.tenantId, cloud, credential, http });
}

function cloudOf(ready: SandboxReady): Cloud {
  const origins = [
    ready.resourceManagerUrl,
    ready.authorityUrl,
    ready.graphUrl,
    ready.applicationInsightsUrl,
  ].map((url) => new URL(url).host);
  return {
    name: 'Sandbox',
    resourceManager: ready.resourceManagerUrl,
    resourceManagerAudience: ready.resourceManagerUrl,
    authority: ready.authorityUrl,
    portal: '',
    graph: ready.graphUrl,
    vaultAudience: 'https://vault.localhost',
    vaultSuffix: `.vault.localhost:${ready.vaultPort}`,
    appServiceAudience: 'https://appservice.azure.com',
    sitesSuffix: `.sites.localhost:${ready.sitesPort}`,
    applicationInsightsAudience: ready.applicationInsightsUrl,
    local: {
      caCertificate: fs.readFileSync(ready.caCertificateFile, 'utf8'),
      hosts: [
        ...origins,
        `*.vault.localhost:${ready.vaultPort}`,
        `*.sites.localhost:${ready.sitesPort}`,
        `*.scm.localhost:${ready.scmPort}`,
      ],
    },
  };
}

/** State that lasts as long as the world. */
function memoryMemento(): vscode.Memento {
  const kept = new Map<string, unknown>();
  return {
    keys: () => [...kept.keys()],
    get: (key: string, otherwise?: unknown) => kept.get(key) ?? otherwise,
    update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
  } as vscode.Memento;
}

function recordingLog(lines: string[]): vscode.LogOutputChannel {
  const record = (...args: unknown[]) => void lines.push(args.join(' '));
  return {
    error: record,
    warn: record,
    info: record,
    debug: record,
    trace: record,
    show: () => undefined,
  } as unknown as vscode.LogOutputChannel;
}
