import { randomBytes } from 'node:crypto';
import { temporaryFolder } from '../support/processes';
import { startSandbox, type RunningSandbox } from '../support/sandbox';
import { conform, type ConformOptions, type Outcome } from './kit/conform';
import type { Recorder } from './kit/recorder';
import { connectToSandbox } from './kit/targets';

/** A run of the kit in a sandbox, and what it left. */
export interface SandboxRun {
  readonly outcome: Outcome;
  /** What was said, which is what a person sees. */
  readonly said: string;
  /** With the exchanges as they were. */
  readonly recorder: Recorder;
  readonly options: ConformOptions;
}

/** A sandbox and a folder for all tests of a suite. */
export class ConformanceWorld {
  sandbox!: RunningSandbox;
  private readonly folders: { remove(): void }[] = [];

  async open(): Promise<void> {
    this.sandbox = await startSandbox();
  }

  async close(): Promise<void> {
    await this.sandbox.stop();
    for (const folder of this.folders) folder.remove();
  }

  get subscriptionId(): string {
    return this.sandbox.ready.subscriptionIds[0] ?? '';
  }

  /** Runs scenarios. @param change what differs from a run without interruptions */
  async run(change: Pick<ConformOptions, 'scenarios'> & Partial<ConformOptions>): Promise<SandboxRun> {
    const folder = temporaryFolder('conformance');
    this.folders.push(folder);
    const lines: string[] = [];
    const never = new AbortController().signal;
    let recorder: Recorder | undefined;
    const options: ConformOptions = {
      connect: (recording) => {
        recorder = recording.recorder;
        return connectToSandbox(this.sandbox.ready, recording);
      },
      ...{ subscriptionId: this.subscriptionId, location: 'westeurope', streamSeconds: 5 },
      ...{ runId: randomBytes(4).toString('hex'), folder: folder.path },
      ...{ origin: { repo: 'keyless', commit: '' }, signal: never, cleanupSignal: never },
      say: (line) => {
        lines.push(line);
      },
      ...change,
    };
    const outcome = await conform(options);
    if (!recorder) throw new Error('Nothing was connected.');
    return { outcome, said: lines.join('\n'), recorder, options };
  }
}

export function useConformanceWorld(): ConformanceWorld {
  const world = new ConformanceWorld();
  before(() => world.open());
  after(() => world.close());
  return world;
}
