import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { SandboxContext, WebTimings } from '../../context';
import type { StorageStore } from '../../storage/service';
import type { Site } from '../../world/world';
import type { Telemetry } from '../../insights/telemetry';
import { ContainerLog } from './containerLog';
import { DebugMode } from './debugMode';
import { AppProcesses, type StartedProcess } from './appProcesses';
import { buildEnvironment, instanceIdOf, type AppConfiguration } from './environment';
import { fingerprint } from './fingerprint';
import { readFunctions, runtimeOf, whyNotRun, wwwrootOf, type FunctionMetadata } from './functions';
import { formatTimeSpan, readHostJson, withOverrides, type HostJson } from './hostJson';
import { HostLog } from './hostLog';
import { hostError } from './hostStorage';
import { readInputs } from './inputBindings';
import { hasIdentity, type IdentityEndpoint } from './identityEndpoint';
import { startListeners } from './triggers/triggerListener';
import { Triggers } from './triggers/triggers';
import type { WorkerRequest, WorkerResponse } from './worker/protocol';
import { WorkerProcess, type WorkerOutcome } from './worker/workerProcess';

export interface HostDependencies {
  identityEndpoint: IdentityEndpoint;
  timings: () => WebTimings;
  configuration: () => Promise<AppConfiguration>;
  telemetry: Telemetry;
  /** What stores the data of storage accounts. */
  store: StorageStore;
}

export type HttpOutcome =
  | { kind: 'response'; response: WorkerResponse }
  | { kind: 'failed' }
  | { kind: 'notRunnable'; reason: string };

/**
 * The Functions host of one app (or slot): finds its functions, runs them in a child process and writes its
 * log files.
 */
export class FunctionHost {
  readonly log: HostLog;
  readonly debugMode: DebugMode;
  readonly triggers: Triggers;
  readonly #processes = new AppProcesses((crashed) => this.#start(crashed));
  /** The state of wwwroot when the process started. */
  #loaded = '';
  #startedAt: number;
  readonly #invocations = new Map<string, string>();
  /** The app settings with their references resolved, once a worker was started with them. */
  #appSettings: Record<string, string> | undefined;
  #hostJson: { mtimeMs: number; value: HostJson } | undefined;

  constructor(
    private readonly context: SandboxContext,
    readonly site: Site,
    private readonly dependencies: HostDependencies,
  ) {
    const { clock } = context;
    this.#startedAt = clock.now();
    this.debugMode = new DebugMode(site.homeFolder, clock, () => dependencies.timings().debugModeMs);
    const container = site.reserved ? new ContainerLog(site, clock) : undefined;
    this.log = new HostLog(
      path.join(site.homeFolder, 'LogFiles', 'Application', 'Functions'),
      instanceIdOf(site),
      clock,
      {
        hostJson: () => this.hostJson(),
        debugMode: () => this.debugMode.active(),
        flushMs: () => dependencies.timings().logFlushMs,
        onEntry: (level, message, functionName) => {
          const appSettings = this.#appSettings ?? site.appSettings;
          dependencies.telemetry.send({ ...site, appSettings }, level, message, functionName);
          container?.append(level, message, functionName);
        },
      },
    );
    const files = () => fingerprint(wwwrootOf(site));
    this.triggers = new Triggers(this.log, files, async () =>
      startListeners(context, site, await dependencies.configuration(), await this.functions()),
    );
  }

  functions(): Promise<FunctionMetadata[]> {
    return readFunctions(this.site);
  }

  /** The functions that the host has loaded: none if it can't start (azure-functions-host#11938). */
  async listedFunctions(): Promise<FunctionMetadata[]> {
    return (await this.startError()) === undefined ? this.functions() : [];
  }

  /** host.json, which is read again when it changes. */
  hostJson(): HostJson {
    const mtimeMs =
      fs.statSync(path.join(wwwrootOf(this.site), 'host.json'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (this.#hostJson?.mtimeMs !== mtimeMs)
      this.#hostJson = { mtimeMs, value: readHostJson(wwwrootOf(this.site)) };
    return withOverrides(this.#hostJson.value, this.site);
  }

  /** Why this app's functions can't run here; undefined if they can. */
  whyNotRunnable(): string | undefined {
    const runtime = runtimeOf(this.site);
    if (runtime === 'node') return undefined;
    return `The sandbox runs only JavaScript functions. It lists this app's functions but can't run them on the runtime '${runtime}'.`;
  }

  /**
   * `GET /admin/host/status` (azure-functions-host HostController.cs). Enters debug mode and writes a log
   * entry.
   */
  async status(): Promise<Record<string, unknown>> {
    this.debugMode.touch();
    const cannotRun = (await this.functions()).length > 0 ? this.whyNotRunnable() : undefined;
    const startError = await this.startError();
    const errors = [cannotRun, this.hostJson().error, startError].filter((error) => error !== undefined);
    const status = {
      id: this.site.name.replace('/', '-').toLowerCase(),
      state: errors.length === 0 ? 'Running' : 'Error',
      version: '4.1036.0.23284',
      versionDetails: '4.1036.0+sandbox',
      platformVersion: '103.0.7.86',
      instanceId: instanceIdOf(this.site),
      computerName: 'sandbox',
      processUptime: Math.max(0, Math.round(this.context.clock.now() - this.#startedAt)),
      functionAppContentEditingState: 'Unknown',
      ...(errors.length === 0 ? {} : { errors }),
    };
    this.log.write('Information', `Host Status: ${JSON.stringify(status, null, 2)}`);
    return status;
  }

  /** Why the host doesn't start, or can't use its storage account. */
  async startError(): Promise<string | undefined> {
    const configuration = await this.dependencies.configuration();
    return hostError(this.context, this.site, configuration) ?? (await this.triggers.hostError());
  }

  /** Runs a function for an HTTP request. */
  async invokeHttp(metadata: FunctionMetadata, request: WorkerRequest): Promise<HttpOutcome> {
    const outcome = await this.#invoke(metadata, { request });
    if ('reason' in outcome) return { kind: 'notRunnable', reason: outcome.reason };
    if ('error' in outcome) return { kind: 'failed' };
    return {
      kind: 'response',
      response: outcome.response ?? { status: 204, headers: {}, body: Buffer.alloc(0) },
    };
  }

  /** Runs a function as `POST /admin/functions/{name}` does. */
  async invokeManually(metadata: FunctionMetadata, input: string): Promise<void> {
    const body = Buffer.from(input);
    const request = {
      method: 'POST',
      url: `https://${this.site.defaultHostName}/api/${metadata.name}`,
      headers: { 'content-type': 'application/json' },
      query: {},
      params: {},
      body,
    };
    await this.#invoke(metadata, metadata.http === undefined ? { input } : { request });
  }

  /** Ends the process once what runs in it has ended; the next invocation starts a new one. */
  async restart(): Promise<void> {
    this.#appSettings = undefined;
    this.triggers.stop();
    this.log.flush();
    await this.#processes.restart(this.dependencies.timings().drainMs);
  }

  /** Kills the process; running functions fail. */
  async stop(): Promise<void> {
    this.#appSettings = undefined;
    this.triggers.stop();
    this.log.flush();
    await this.#processes.stop();
  }

  /** The process ID of the running worker, for tests and the sandbox's own log. */
  async processId(): Promise<number | undefined> {
    return (await this.#processes.current)?.worker.processId;
  }

  async #invoke(
    metadata: FunctionMetadata,
    trigger: { request?: WorkerRequest; input?: unknown },
  ): Promise<WorkerOutcome | { reason: string }> {
    const invocationId = randomUUID();
    const { name } = metadata;
    const reason = this.whyNotRunnable() ?? whyNotRun(metadata);
    if (reason !== undefined || metadata.scriptFile === undefined) {
      this.log.write('Error', reason ?? '', name);
      return { reason: reason ?? '' };
    }
    this.log.write(
      'Information',
      `Executing 'Functions.${name}' (Reason='This function was programmatically called via the host APIs.', Id=${invocationId})`,
      name,
    );
    this.#invocations.set(invocationId, name);
    const started = performance.now();
    const { entryPoint } = metadata.config;
    const outcome = await this.#run(metadata, {
      kind: 'invoke',
      invocationId,
      functionName: name,
      functionDirectory: metadata.folder,
      scriptFile: metadata.scriptFile,
      ...(entryPoint === undefined || entryPoint === '' ? {} : { entryPoint }),
      bindings: metadata.config.bindings,
      ...trigger,
    });
    this.#invocations.delete(invocationId);
    const duration = Math.round(performance.now() - started);
    const executed = (how: string) =>
      `Executed 'Functions.${name}' (${how}, Id=${invocationId}, Duration=${duration}ms)`;
    if ('error' in outcome) {
      const { message, stack } = outcome.error;
      this.log.write('Error', executed('Failed'), name);
      this.log.write('Error', `Result: Failure\nException: ${message}\nStack: ${stack}`, name);
    } else this.log.write('Information', executed('Succeeded'), name);
    return outcome;
  }

  async #run(
    metadata: FunctionMetadata,
    invocation: Parameters<WorkerProcess['invoke']>[0],
  ): Promise<WorkerOutcome> {
    const timeoutMs = this.hostJson().functionTimeoutMs ?? this.dependencies.timings().functionTimeoutMs;
    let timer: NodeJS.Timeout | undefined;
    try {
      await this.#restartIfChanged();
      return await this.#processes.use(async (worker, kill) => {
        const timedOut = new Promise<WorkerOutcome>((resolve) => {
          if (!Number.isFinite(timeoutMs)) return;
          timer = setTimeout(() => {
            const message = `Timeout value of ${formatTimeSpan(timeoutMs)} exceeded by function 'Functions.${metadata.name}' (Id: '${invocation.invocationId}'). Initiating cancellation.`;
            resolve({ error: { message, stack: message } });
            kill();
          }, timeoutMs).unref();
        });
        const configuration = await this.dependencies.configuration();
        const { store } = this.dependencies;
        const inputs = await readInputs(this.context, store, this.site, configuration, metadata);
        return await Promise.race([worker.invoke({ ...invocation, inputs }), timedOut]);
      });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { error: { message, stack: message } };
    } finally {
      clearTimeout(timer);
    }
  }

  async #restartIfChanged(): Promise<void> {
    if (this.#processes.current === undefined || fingerprint(wwwrootOf(this.site)) === this.#loaded) return;
    this.log.write('Information', 'File change detected. Restarting the worker of this app.');
    await this.restart();
  }

  async #start(crashed: () => void): Promise<StartedProcess> {
    this.#loaded = fingerprint(wwwrootOf(this.site));
    this.#startedAt = this.context.clock.now();
    this.log.write(
      'Information',
      `Starting Host (HostId=${this.site.name.replace('/', '-')}, InstanceId=${instanceIdOf(this.site)}, Version=4.1036.0.23284)`,
    );
    const { identityEndpoint } = this.dependencies;
    const identity = hasIdentity(this.site) ? await identityEndpoint.issue(this.site) : undefined;
    const configuration = await this.dependencies.configuration();
    this.#appSettings = configuration.appSettings;
    const env = buildEnvironment(this.context, this.site, configuration, identity);
    fs.mkdirSync(path.join(this.site.homeFolder, 'data', 'Temp'), { recursive: true });
    const worker: WorkerProcess = new WorkerProcess({
      env,
      cwd: wwwrootOf(this.site),
      storagePort: this.context.endpoints.storagePort,
      onLog: (level, message, invocationId) => {
        const name = invocationId === undefined ? undefined : this.#invocations.get(invocationId);
        if (name === undefined) this.log.write(level, message);
        else this.log.writeOfUser(level, message, name);
      },
      onCrash: (message) => {
        this.log.write('Error', `Language Worker Process exited. Pid=${worker.processId ?? 0}. ${message}`);
        crashed();
      },
    });
    this.log.write('Information', `Worker process started and initialized.`);
    return {
      worker,
      onEnd: () => {
        if (identity !== undefined) identityEndpoint.revoke(identity);
      },
    };
  }
}
