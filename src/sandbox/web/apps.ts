import { randomBytes } from 'node:crypto';
import type { SandboxContext, WebTimings } from '../context';
import { idKey } from '../arm/ids';
import type { Telemetry } from '../insights/telemetry';
import type { StorageStore } from '../storage/service';
import type { Site } from '../world/world';
import { buildEnvironment, type AppConfiguration } from './host/environment';
import { FunctionHost } from './host/functionHost';
import { hasIdentity, IdentityEndpoint } from './host/identityEndpoint';
import {
  initialReference,
  isReference,
  resolveReference,
  type ReferenceCollection,
  type ReferenceState,
} from './keyVaultReferences';
import { isOnContainerApps } from './resources/containerAppsSite';

/**
 * The real service's timings (Kudu LogStreamManager.cs, azure-functions-host DebugStateProvider.cs,
 * FileWriter.cs, RpcFunctionInvocationDispatcher.cs).
 */
const realTimings: WebTimings = {
  logStreamHeartbeatMs: 60_000,
  debugModeMs: 15 * 60_000,
  functionTimeoutMs: 5 * 60_000,
  drainMs: 10_000,
  logFlushMs: 1000,
  // Unknown; inferred.
  referenceTimeoutMs: 10_000,
  referenceWaitMs: 2000,
};

/** How long App Service caches what a Key Vault reference resolved to. */
const referenceLifetimeMs = 24 * 60 * 60 * 1000;

type References = Record<ReferenceCollection, ReferenceState[]>;

/**
 * The running side of the sandbox's apps, shared by Resource Manager, the apps' own hosts and their SCM
 * sites: processes, resolved Key Vault references, publishing passwords, restarts. One instance per sandbox.
 */
export class Apps {
  readonly #telemetry: Telemetry;
  readonly #identityEndpoint: IdentityEndpoint;
  readonly #hosts = new Map<string, FunctionHost>();
  readonly #references = new Map<string, { at: number; states: Promise<References> }>();
  readonly #publishingPasswords = new Map<string, string>();
  readonly #adminTokens = new Map<string, string>();
  readonly #scmRestarts = new Map<string, Set<() => void>>();

  constructor(
    readonly context: SandboxContext,
    telemetry: Telemetry,
    private readonly store: StorageStore,
  ) {
    this.#telemetry = telemetry;
    this.#identityEndpoint = new IdentityEndpoint(context);
    context.onStop(async () => {
      await Promise.all([...this.#hosts.values()].map((host) => host.stop()));
    });
  }

  timings(): WebTimings {
    return { ...realTimings, ...this.context.settings.web };
  }

  /** Finds the app or slot with this host name. */
  findByHost(hostName: string): Site | undefined {
    return this.#find((site) => site.defaultHostName, hostName);
  }

  /** Finds the app or slot whose SCM site has this host name. Apps on Container Apps have none. */
  findByScmHost(hostName: string): Site | undefined {
    return this.#find((site) => (isOnContainerApps(site) ? '' : site.scmHostName), hostName);
  }

  /** Also fetches references again in the background if they're more than a day old. */
  host(site: Site): FunctionHost {
    const key = idKey(site.id);
    if (this.#isOld(site)) void this.refreshReferences(site);
    let host = this.#hosts.get(key);
    if (host?.site !== site) {
      void host?.stop();
      host = new FunctionHost(this.context, site, {
        identityEndpoint: this.#identityEndpoint,
        timings: () => this.timings(),
        configuration: () => this.configuration(site),
        telemetry: this.#telemetry,
        store: this.store,
      });
      this.#hosts.set(key, host);
    }
    return host;
  }

  /**
   * Call after a write of app settings or connection strings: restarts the app and its SCM site, and fetches
   * references again.
   */
  async configurationChanged(site: Site): Promise<void> {
    this.#references.delete(idKey(site.id));
    await this.restart(site);
    this.#restartScm(site);
  }

  /** Call after the app's identity changed: processes get their identity variables when they start. */
  async identityChanged(site: Site): Promise<void> {
    this.#references.delete(idKey(site.id));
    await this.restart(site);
  }

  /**
   * Ends the app's processes; they start again with the next request. Functions that run are given some time
   * to end, which isn't waited for (azure-functions-host#7103).
   */
  async restart(site: Site): Promise<void> {
    await this.#hosts.get(idKey(site.id))?.restart();
  }

  /** Call after the app was deleted. */
  async removed(site: Site): Promise<void> {
    const key = idKey(site.id);
    await this.#hosts.get(key)?.stop();
    this.#restartScm(site);
    for (const map of [
      this.#hosts,
      this.#references,
      this.#publishingPasswords,
      this.#adminTokens,
      this.#scmRestarts,
    ])
      map.delete(key);
  }

  /** Calls `listener` when the SCM site's process restarts. @returns a function that stops listening */
  onScmRestart(site: Site, listener: () => void): () => void {
    const key = idKey(site.id);
    const listeners = this.#scmRestarts.get(key) ?? new Set();
    this.#scmRestarts.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  /**
   * Runs a program in the app's SCM site. On Windows its environment is the app's, including its identity.
   */
  async runInScm<T>(site: Site, run: (env: NodeJS.ProcessEnv) => Promise<T>): Promise<T> {
    const identity = hasIdentity(site) ? await this.#identityEndpoint.issue(site) : undefined;
    try {
      return await run(buildEnvironment(this.context, site, await this.configuration(site), identity));
    } finally {
      if (identity !== undefined) this.#identityEndpoint.revoke(identity);
    }
  }

  /** The settings that an app gets. A reference that can't be resolved stays as it's written. */
  async configuration(site: Site): Promise<AppConfiguration> {
    const { appsettings, connectionstrings } = await this.references(site);
    const found = (states: ReferenceState[], name: string) =>
      states.find((state) => state.name === name)?.value;
    const appSettings = valuesOf(site).map(([name, value]) => [name, found(appsettings, name) ?? value]);
    const connectionStrings = Object.entries(site.connectionStrings ?? {}).map(([name, { type, value }]) => [
      name,
      { type, value: found(connectionstrings, name) ?? value },
    ]);
    return {
      appSettings: Object.fromEntries(appSettings) as AppConfiguration['appSettings'],
      connectionStrings: Object.fromEntries(connectionStrings) as AppConfiguration['connectionStrings'],
    };
  }

  /** The states of the settings that are Key Vault references; cached until something changes. */
  references(site: Site): Promise<References> {
    const known = this.#references.get(idKey(site.id));
    return known === undefined ? this.#fetch(site) : known.states;
  }

  /**
   * The states as Resource Manager reports them: `Initialized` if they aren't available yet. After a day
   * they're fetched again.
   */
  async reportedReferences(site: Site): Promise<References> {
    const current = this.#isOld(site) ? this.refreshReferences(site) : this.references(site);
    let timer: NodeJS.Timeout | undefined;
    const initial = new Promise<References>((resolve) => {
      timer = setTimeout(() => {
        void this.#eachReference(site, (name, value) => Promise.resolve(initialReference(name, value))).then(
          resolve,
        );
      }, this.timings().referenceWaitMs);
    });
    try {
      return await Promise.race([current, initial]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Fetches the references again; restarts the app if a value changed. */
  async refreshReferences(site: Site): Promise<References> {
    const valuesOf = ({ appsettings, connectionstrings }: References): string =>
      JSON.stringify([...appsettings, ...connectionstrings].map(({ name, value }) => [name, value]));
    const before = this.references(site);
    const states = await this.#fetch(site);
    if (valuesOf(states) !== valuesOf(await before)) await this.restart(site);
    return states;
  }

  /** The password of the app's publishing profile, generated for this run. */
  publishingPassword(site: Site): string {
    return remember(this.#publishingPasswords, idKey(site.id), () => randomBytes(30).toString('base64url'));
  }

  /** The token of `functions/admin/token`, a bearer token for the host's admin API. */
  adminToken(site: Site): string {
    return remember(this.#adminTokens, idKey(site.id), () => randomBytes(30).toString('base64url'));
  }

  #isOld(site: Site): boolean {
    const known = this.#references.get(idKey(site.id));
    return known !== undefined && this.context.clock.now() - known.at >= referenceLifetimeMs;
  }

  #fetch(site: Site): Promise<References> {
    const timeoutMs = this.timings().referenceTimeoutMs;
    const states = this.#eachReference(site, (name, value) =>
      resolveReference(this.context, site, name, value, timeoutMs),
    );
    this.#references.set(idKey(site.id), { at: this.context.clock.now(), states });
    return states;
  }

  async #eachReference(
    site: Site,
    stateOf: (name: string, reference: string) => Promise<ReferenceState>,
  ): Promise<References> {
    const all = (entries: [string, string][]) =>
      Promise.all(
        entries.filter(([, value]) => isReference(value)).map(([name, value]) => stateOf(name, value)),
      );
    const connectionStrings = Object.entries(site.connectionStrings ?? {});
    const [appsettings, connectionstrings] = await Promise.all([
      all(valuesOf(site)),
      all(connectionStrings.map(([name, { value }]) => [name, value])),
    ]);
    return { appsettings, connectionstrings };
  }

  #restartScm(site: Site): void {
    for (const listener of this.#scmRestarts.get(idKey(site.id)) ?? []) listener();
  }

  #find(hostOf: (site: Site) => string, hostName: string): Site | undefined {
    const wanted = hostName.toLowerCase();
    for (const site of this.context.world.sites.values())
      if (hostOf(site).toLowerCase() === wanted) return site;
    return undefined;
  }
}

function remember(map: Map<string, string>, key: string, make: () => string): string {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = make();
  map.set(key, value);
  return value;
}

/** The app settings without those that are null, which the app doesn't get (inferred). */
function valuesOf(site: Site): [string, string][] {
  return Object.entries(site.appSettings).flatMap(([name, value]) => (value === null ? [] : [[name, value]]));
}
