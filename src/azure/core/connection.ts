import type { GetTokenOptions, TokenCredential } from '@azure/core-auth';
import type { Clock } from './clock';
import { systemClock } from './clock';
import type { Cloud } from './cloud';
import type { Transport } from './transport';

/**
 * A key for something that an {@link Owner} keeps, such as its pipelines. Only code that has the slot can reach the
 * value.
 */
export class Slot<T> {
  constructor(readonly make: () => T) {}
}

/** Keeps values for as long as it exists. None of them needs to be disposed. */
export class Owner {
  private readonly owned = new Map<Slot<unknown>, unknown>();

  /** The value of a slot, created the first time. */
  own<T>(slot: Slot<T>): T {
    if (!this.owned.has(slot)) this.owned.set(slot, slot.make());
    // Only this slot creates the value stored for it.
    return this.owned.get(slot) as T;
  }
}

/** The properties that a connection is created from. */
export interface ConnectionParts {
  readonly accountId: string;
  readonly tenantId: string;
  readonly cloud: Cloud;
  /** Also handles claims challenges: `getToken(scopes, { claims, tenantId, abortSignal })`. See {@link TokenOptions}. */
  readonly credential: TokenCredential;
  /** The only HTTP client: sends tokens only to trusted origins (trust.ts) and knows the sandbox's CA. */
  readonly http: Transport;
  /** What pauses and retries wait by, so that tests don't have to wait; the system's clock by default. */
  readonly clock?: Clock;
}

/**
 * One account in one tenant of one cloud, with the HTTP client to use.
 * The first parameter of every function in src/azure that calls Azure.
 */
export class Connection extends Owner implements ConnectionParts {
  readonly accountId: string;
  readonly tenantId: string;
  readonly cloud: Cloud;
  readonly credential: TokenCredential;
  readonly http: Transport;
  readonly clock: Clock;

  /** @param account keeps what the account's connections to all tenants share */
  constructor(
    { accountId, tenantId, cloud, credential, http, clock = systemClock }: ConnectionParts,
    readonly account = new Owner(),
  ) {
    super();
    this.accountId = accountId;
    this.tenantId = tenantId;
    this.cloud = cloud;
    this.credential = credential;
    this.http = http;
    this.clock = clock;
  }
}

/** Whether both belong to the same account in the same tenant. */
export function isSameAccount(
  one: Pick<Connection, 'accountId' | 'tenantId'>,
  other: Pick<Connection, 'accountId' | 'tenantId'>,
): boolean {
  return one.accountId === other.accountId && one.tenantId === other.tenantId;
}

/** The options that src/azure passes to `credential.getToken`. */
export interface TokenOptions extends GetTokenOptions {
  /** Return null or throw instead of prompting the user. For optional data, e.g. names from Graph. */
  silent?: boolean;
}
