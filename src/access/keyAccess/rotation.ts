import type { FunctionApp, SettingId } from '../../azure/core/model';
import type { Finding } from '../credentials/findings';

/** Which app holds which key of a storage account. */
export interface RotationFacts {
  readonly account: { readonly id: string; readonly name: string; readonly keysWork: boolean };
  readonly keys: readonly HeldKey[];
  /** What opens the account with a shared access signature, or with a key that it no longer has. */
  readonly others: readonly KeyHolder[];
  /** Apps, subscriptions, and tenants that couldn't be read. */
  readonly unread: readonly string[];
}

export interface HeldKey {
  /** `key1` or `key2`. */
  readonly keyName: string;
  readonly madeAt?: Date;
  readonly holders: readonly KeyHolder[];
}

/** A setting of an app that opens the account. */
export interface KeyHolder {
  readonly app: Pick<FunctionApp, 'id' | 'name'>;
  readonly finding: Finding;
  readonly setting?: SettingId;
  readonly keyName?: string;
}

/**
 * The key to rotate first: the older one of those that no app in sight holds. Undefined if apps hold all of them, so that they
 * must be switched to one of them before.
 */
export function keyToRotate({ keys }: Pick<RotationFacts, 'keys'>): HeldKey | undefined {
  const free = keys.filter(({ holders }) => holders.length === 0);
  return free.sort((one, other) => (one.madeAt?.getTime() ?? 0) - (other.madeAt?.getTime() ?? 0))[0];
}

/**
 * What to do next. `switch`: the apps to the key that was just made. `noneHeld`: rotating may not be needed at all. `done`: all
 * keys were just made.
 */
export type RotationStep =
  | { readonly kind: 'rotate' | 'switch'; readonly key: HeldKey }
  | { readonly kind: 'allHeld' | 'noneHeld' | 'done' };

const day = 86_400_000;

export function rotationStep(facts: Pick<RotationFacts, 'keys'>, now: number): RotationStep {
  if (facts.keys.every(({ holders }) => holders.length === 0)) return { kind: 'noneHeld' };
  const isNew = ({ madeAt }: HeldKey) => now - (madeAt?.getTime() ?? 0) < day;
  if (facts.keys.every(isNew)) return { kind: 'done' };
  const key = keyToRotate(facts);
  if (!key) return { kind: 'allHeld' };
  return { kind: isNew(key) ? 'switch' : 'rotate', key };
}

/** The key that apps holding `from` can be switched to: the newest of the others. */
export function keyToSwitchTo({ keys }: Pick<RotationFacts, 'keys'>, from: string): HeldKey | undefined {
  return keys
    .filter(({ keyName }) => keyName !== from)
    .sort((one, other) => (other.madeAt?.getTime() ?? 0) - (one.madeAt?.getTime() ?? 0))[0];
}
