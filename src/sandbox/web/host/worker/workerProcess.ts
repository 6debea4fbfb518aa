import { fork, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { FromWorker, Invocation, WorkerLevel, WorkerResponse } from './protocol';

export type WorkerOutcome = { response?: WorkerResponse } | { error: { message: string; stack: string } };

export interface WorkerOptions {
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** Of the sandbox's storage accounts. */
  storagePort: number;
  /** A line that a function logged, or that the process did (without an invocation). */
  onLog(level: WorkerLevel, message: string, invocationId?: string): void;
  /** The process ended on its own. */
  onCrash(message: string): void;
}

const hasProcessGroups = process.platform !== 'win32';

/** A child Node process in which an app's functions run. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #running = new Map<string, (outcome: WorkerOutcome) => void>();
  #stopping = false;

  constructor(private readonly options: WorkerOptions) {
    this.#child = fork(workerFile(), [options.storagePort.toString()], {
      execPath: process.execPath,
      // Doesn't inherit this process's arguments: an inspector's port would be taken.
      execArgv: [],
      env: { ...options.env, ...('electron' in process.versions ? { ELECTRON_RUN_AS_NODE: '1' } : {}) },
      cwd: options.cwd,
      serialization: 'advanced',
      // A process group of its own, so that whatever a function starts ends with it.
      detached: hasProcessGroups,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child.on('message', (message: FromWorker) => {
      this.#onMessage(message);
    });
    this.#child.on('error', (error) => {
      this.#ended(error.message);
    });
    this.#child.on('exit', (code, signal) => {
      this.#ended(`node exited with code ${code ?? signal ?? 'unknown'}`);
    });
    this.#lines(this.#child.stdout, 'Information');
    this.#lines(this.#child.stderr, 'Error');
  }

  get processId(): number | undefined {
    return this.#child.pid;
  }

  get alive(): boolean {
    return !this.#stopping && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Runs one function. Never rejects: even a crash is an outcome. */
  invoke(invocation: Invocation): Promise<WorkerOutcome> {
    return new Promise((resolve) => {
      this.#running.set(invocation.invocationId, resolve);
      this.#child.send(invocation, (error) => {
        if (error !== null)
          this.#settle(invocation.invocationId, { error: { message: error.message, stack: error.message } });
      });
    });
  }

  /** Kills the process; running functions fail. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined)
      return;
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#killGroup();
    await exited;
  }

  #onMessage(message: FromWorker): void {
    if (message.kind === 'log') this.options.onLog(message.level, message.message, message.invocationId);
    else if (message.kind === 'done')
      this.#settle(
        message.invocationId,
        message.error === undefined ? { response: message.response } : { error: message.error },
      );
  }

  #settle(invocationId: string, outcome: WorkerOutcome): void {
    this.#running.get(invocationId)?.(outcome);
    this.#running.delete(invocationId);
  }

  #ended(message: string): void {
    for (const invocationId of [...this.#running.keys()])
      this.#settle(invocationId, { error: { message, stack: message } });
    this.#killGroup();
    if (!this.#stopping) this.options.onCrash(message);
    this.#stopping = true;
  }

  /** Ends the process and whatever it started; it's fine if they're already gone. */
  #killGroup(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      if (hasProcessGroups) process.kill(-pid, 'SIGKILL');
      else this.#child.kill('SIGKILL');
    } catch {
      // Nothing is left to kill.
    }
  }

  #lines(stream: NodeJS.ReadableStream | null, level: WorkerLevel): void {
    let rest = '';
    stream?.setEncoding('utf8');
    stream?.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = (lines.pop() ?? '').slice(0, 64 * 1024);
      for (const line of lines) this.options.onLog(level, line);
    });
    stream?.on('end', () => {
      if (rest !== '') this.options.onLog(level, rest);
    });
  }
}

/**
 * The worker's bundle: next to the sandbox's own in the product, in dist/ when tests run single files from
 * out/.
 */
function workerFile(): string {
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    for (const candidate of [
      path.join(folder, 'function-worker.js'),
      path.join(folder, 'dist', 'function-worker.js'),
    ]) {
      if (fs.existsSync(candidate)) return candidate;
    }
    if (folder === path.dirname(folder))
      throw new Error('function-worker.js is missing: run `node esbuild.mjs`');
  }
}
