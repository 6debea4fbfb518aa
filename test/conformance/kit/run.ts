import { pause } from '../../../src/azure/core/clock';
import type { Connection } from '../../../src/azure/core/connection';
import type { FunctionApp, KeyVault } from '../../../src/azure/core/model';
import type { GrantPlace } from '../../../src/grants/grantPlace';
import { failureOf, type Expectation, type Report } from './report';

/** The apps that a run creates. */
export const appKinds = ['windows', 'linux', 'flex'] as const;
export type AppKind = (typeof appKinds)[number];
/** The vaults that a run creates, by their permission model. */
export type VaultKind = 'policies' | 'roles';

/** Where a run takes place. */
export interface Place {
  readonly connection: Connection;
  readonly subscriptionId: string;
  /** e.g. `westeurope` */
  readonly location: string;
  /** How long each log stream is watched. */
  readonly streamSeconds: number;
}

export interface Scenario {
  readonly name: string;
  run(run: Run): Promise<void>;
}

/** Something that an earlier step should have created is missing. */
export class NotReached extends Error {
  override readonly name = 'NotReached';
}

/** The resource groups of the kit have this tag, whose value is the ID of the run, and a name that starts with it. */
export const runTag = 'keyless-conformance';

export function groupNameOf(runId: string): string {
  return `${runTag}-${runId}`;
}

/** A name that no other run has. Vaults may have up to 24 characters. */
export function nameOf(runId: string, what: string): string {
  return `kc-${runId}-${what}`;
}

/** The name of an app's storage account, which may have no dashes. */
export function storageNameOf(runId: string, kind: AppKind): string {
  return `kc${runId}${kind}`;
}

/** One run of the kit: where it is, what it has created, and what it has seen. */
export class Run {
  readonly c: Connection;
  readonly subscriptionId: string;
  readonly location: string;
  readonly streamSeconds: number;
  readonly groupName: string;
  private readonly apps = new Map<AppKind, FunctionApp>();
  private readonly vaults = new Map<VaultKind, KeyVault>();
  private scenario = '';

  /**
   * @param id 8 hexadecimal digits, which are part of all names
   * @param report gets what is expected and seen
   * @param learnSecret gets every secret value that the kit chooses, before it's sent
   */
  constructor(
    { connection, subscriptionId, location, streamSeconds }: Place,
    readonly id: string,
    readonly signal: AbortSignal,
    private readonly report: Report,
    readonly learnSecret: (value: string) => void,
  ) {
    this.c = connection;
    this.subscriptionId = subscriptionId;
    this.location = location;
    this.streamSeconds = streamSeconds;
    this.groupName = groupNameOf(id);
  }

  get groupId(): string {
    return `/subscriptions/${this.subscriptionId}/resourceGroups/${this.groupName}`;
  }

  /** Keyless's connections for carrying out plans. */
  get grantPlace(): GrantPlace {
    const nothing = () => undefined;
    return { connection: this.c, vaultConnection: this.c, restarts: nothing, changed: nothing };
  }

  /** @throws NotReached if it wasn't created */
  app(kind: AppKind): FunctionApp {
    const app = this.apps.get(kind);
    if (app) return app;
    throw new NotReached(`The ${kind} app wasn't created.`);
  }

  keepApp(kind: AppKind, app: FunctionApp): void {
    this.apps.set(kind, app);
  }

  /** @throws NotReached if it wasn't created */
  vault(kind: VaultKind): KeyVault {
    const vault = this.vaults.get(kind);
    if (vault) return vault;
    throw new NotReached(`The vault with ${kind} wasn't created.`);
  }

  keepVault(kind: VaultKind, vault: KeyVault): void {
    this.vaults.set(kind, vault);
  }

  /** Runs a scenario. What stops it becomes a line of the table, and the next one still runs. @throws AbortError */
  async perform({ name, run }: Scenario): Promise<void> {
    this.scenario = name;
    try {
      this.signal.throwIfAborted();
      await run(this);
    } catch (error) {
      if (this.signal.aborted) throw error;
      const why = error instanceof NotReached ? error.message : failureOf(error);
      const expectation = { expected: 'it ends', source: 'the steps before' };
      this.report.compare(name, `The scenario "${name}"`, expectation, `stopped: ${why}`);
    }
  }

  /** Compares what evidence says with what `look` sees. A failure is also something to see. @throws AbortError */
  async check(what: string, expectation: Expectation, look: () => Promise<string>): Promise<void> {
    this.report.compare(this.scenario, what, expectation, await this.see(look));
  }

  /** Notes what no evidence says anything about. @throws AbortError */
  async note(what: string, look: () => Promise<string>): Promise<void> {
    this.report.note(this.scenario, what, await this.see(look));
  }

  /**
   * Looks until what is seen is as wanted, since many changes take time to take effect in Azure.
   * @returns what was seen last
   */
  async until<T>(
    look: () => Promise<T>,
    isWanted: (seen: T) => boolean,
    { minutes = 5, every = 5000 } = {},
  ): Promise<T> {
    for (let waited = 0; ; waited += every) {
      const seen = await look();
      if (isWanted(seen) || waited >= minutes * 60_000) return seen;
      await pause(this.c, every, this.signal);
    }
  }

  private async see(look: () => Promise<string>): Promise<string> {
    try {
      this.signal.throwIfAborted();
      return await look();
    } catch (error) {
      if (this.signal.aborted || error instanceof NotReached) throw error;
      return failureOf(error);
    }
  }
}
