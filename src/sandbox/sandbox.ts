import fs from 'node:fs';
import path from 'node:path';
import { createResourceManager } from './arm/service';
import type { Clock, Endpoints, SandboxContext, SandboxSettings } from './context';
import { createControl } from './server/control';
import { randomSecret } from './world/deterministic';
import { createEntra } from './entra/service';
import { Sessions } from './entra/sessions';
import { approveDevice } from './entra/signIn';
import { Faults } from './server/faults';
import { createGraph } from './graph/service';
import { createInsights } from './insights/service';
import { Telemetry } from './insights/telemetry';
import { createKeyVaultProvider } from './keyvault/provider';
import { createVaults } from './keyvault/service';
import { Attachments } from './server/lifetime';
import { openListener, type Listener, type ServiceKind } from './server/listener';
import { loadWorld } from './world/loadWorld';
import type { SandboxRecord } from './server/record';
import { Recorder } from './server/recorder';
import { createRunFolder, removeRunFolder } from './server/runFolder';
import { createScm } from './scm/service';
import { serve, type ServerOptions } from './server/server';
import { Statistics } from './server/statistics';
import { createTlsMaterial } from './server/tls';
import { ownBlobs } from './storage/blobs';
import { storedAt, type StorageServers } from './storage/servers';
import { createStorage } from './storage/service';
import { TokenAuthority } from './entra/tokens';
import { Apps } from './web/apps';
import { createWebProvider } from './web/provider';
import { createSites } from './web/sites';
import { seedWwwroot } from './web/wwwroot';
import type { WorldFile } from './world/worldFile';

export interface SandboxOptions {
  world: WorldFile;
  latencyMs: number;
  /** What stores the data of storage accounts instead of the sandbox itself. */
  storageServers?: StorageServers | undefined;
  /** The file that requests and responses are recorded to. */
  trafficFile?: string | undefined;
  /** How long after the last client the sandbox calls `onAbandoned`; undefined: never. */
  lingerMs?: number | undefined;
  onAbandoned: () => void;
  /** Called when a client asks the sandbox to stop. */
  onStop: () => void;
  log: (line: string) => void;
}

export interface RunningSandbox {
  record: SandboxRecord;
  /** Stops listeners and the apps' processes, and removes the run's folder. */
  stop(): Promise<void>;
}

/** Starts every service of the local Azure in this process. */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const runFolder = createRunFolder();
  const endings: (() => void | Promise<void>)[] = [];
  const stop = async () => {
    for (const end of endings.reverse()) await end();
    removeRunFolder(runFolder);
  };
  try {
    return { record: await build(options, runFolder, endings), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function build(
  options: SandboxOptions,
  runFolder: string,
  endings: (() => void | Promise<void>)[],
): Promise<SandboxRecord> {
  const { log } = options;
  const tls = await createTlsMaterial();
  const caCertificateFile = path.join(runFolder, 'ca.pem');
  fs.writeFileSync(caCertificateFile, tls.caCertificate, { mode: 0o600 });
  const listeners = {} as Record<ServiceKind, Listener>;
  for (const kind of kinds) {
    const listener = await openListener(kind, kind === 'signIn' ? undefined : tls);
    listeners[kind] = listener;
    endings.push(() => listener.close());
  }
  const endpoints = endpointsOf(listeners);
  const clock = new MovableClock();
  const { world, samples } = loadWorld(options.world, {
    now: clock.now(),
    homesFolder: path.join(runFolder, 'homes'),
    vaultPort: endpoints.vaultPort,
  });
  await inBatches(samples, 50, ({ site, sample }) => seedWwwroot(site, sample));
  const settings: SandboxSettings = { ...defaultSettings, latencyMs: options.latencyMs };
  const tokens = await TokenAuthority.create({ world, endpoints, clock, settings });
  const context: SandboxContext = {
    world,
    endpoints,
    clock,
    settings,
    tokens,
    caCertificateFile,
    runFolder,
    log,
    onStop: (end) => endings.push(end),
  };

  const faults = new Faults();
  const statistics = new Statistics();
  const recorder = options.trafficFile === undefined ? undefined : new Recorder(options.trafficFile);
  if (recorder !== undefined)
    endings.unshift(() => {
      recorder.close();
    });
  const server: ServerOptions = {
    settings,
    faults,
    statistics,
    recorder,
    log,
    expireToken: (authorization) => tokens.expire(authorization),
  };
  const userPassword = randomSecret(9);
  const controlSecret = randomSecret();
  const telemetry = new Telemetry(context);
  const store =
    options.storageServers === undefined ? ownBlobs(world, clock) : storedAt(options.storageServers);
  const apps = new Apps(context, telemetry, store);
  const sessions = new Sessions(clock, userPassword);
  const entra = createEntra(context, tokens, sessions);
  const attachments = new Attachments(options.lingerMs, options.onAbandoned);
  endings.push(() => {
    attachments.close();
  });

  serve(listeners.entra, entra, server);
  serve(listeners.signIn, entra, server);
  serve(listeners.graph, createGraph(context), server);
  serve(
    listeners.arm,
    createResourceManager(context, [createKeyVaultProvider(context), createWebProvider(context, apps)]),
    server,
  );
  serve(listeners.vault, createVaults(context), server);
  serve(listeners.storage, createStorage(context, store), server);
  serve(listeners.sites, createSites(context, apps), server);
  serve(listeners.scm, createScm(context, apps), server);
  serve(listeners.insights, createInsights(context, telemetry), server);
  serve(
    listeners.control,
    createControl({
      secret: controlSecret,
      settings,
      faults,
      statistics,
      attachments,
      clock,
      approve: (userCode) => approveDevice(world, sessions, userCode),
      stop: options.onStop,
    }),
    server,
  );

  const application = [...world.servicePrincipals.values()].find(({ kind }) => kind === 'Application');
  const tenantId = world.tenants[0]?.tenantId ?? '';
  return {
    resourceManagerUrl: endpoints.resourceManager,
    authorityUrl: endpoints.authority,
    graphUrl: endpoints.graph,
    applicationInsightsUrl: endpoints.applicationInsights,
    signInPageUrl: endpoints.signInPage,
    tenantId,
    subscriptionIds: [...world.subscriptions.values()]
      .filter((subscription) => subscription.tenantId === tenantId)
      .map(({ subscriptionId }) => subscriptionId),
    clientId: application?.appId ?? '',
    clientSecret: application?.clientSecret ?? '',
    userName: world.users[0]?.userPrincipalName ?? '',
    userPassword,
    caCertificateFile,
    controlUrl: `https://localhost:${listeners.control.port}`,
    controlSecret,
    vaultPort: endpoints.vaultPort,
    storagePort: endpoints.storagePort,
    sitesPort: endpoints.sitesPort,
    scmPort: endpoints.scmPort,
    pid: process.pid,
  };
}

const kinds: ServiceKind[] = [
  'arm',
  'entra',
  'graph',
  'vault',
  'storage',
  'sites',
  'scm',
  'insights',
  'control',
  'signIn',
];

/** Delays are short, so that a person notices them without waiting for minutes; tests set what they need. */
const defaultSettings: SandboxSettings = {
  latencyMs: 0,
  rolePropagationMs: 3000,
  principalReplicationMs: 1500,
  softDeleteDelayMs: 1500,
  patchRemovesOmittedIdentities: false,
  graphRights: 'basic',
  resourceGraphRefused: false,
  tokenLifetimeSeconds: 3600,
};

function endpointsOf(listeners: Record<ServiceKind, Listener>): Endpoints {
  return {
    resourceManager: `https://localhost:${listeners.arm.port}`,
    authority: `https://localhost:${listeners.entra.port}`,
    graph: `https://localhost:${listeners.graph.port}`,
    applicationInsights: `https://localhost:${listeners.insights.port}`,
    signInPage: `http://127.0.0.1:${listeners.signIn.port}`,
    vaultPort: listeners.vault.port,
    storagePort: listeners.storage.port,
    sitesPort: listeners.sites.port,
    scmPort: listeners.scm.port,
  };
}

/** A large world has more files than can be open at once. */
async function inBatches<T>(items: T[], size: number, work: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += size)
    await Promise.all(items.slice(start, start + size).map(work));
}

class MovableClock implements Clock {
  #offset = 0;

  now(): number {
    return Date.now() + this.#offset;
  }

  advance(milliseconds: number): void {
    this.#offset += milliseconds;
  }
}
