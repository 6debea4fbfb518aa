import type { FunctionApp, SettingId } from '../../azure/core/model';
import type { Finding } from '../credentials/findings';

/** Which app holds which key of a resource. */
export interface RotationFacts {
  readonly resource: { readonly id: string; readonly name: string; readonly keysWork: boolean };
  /** Those that apps hold first. Empty if keys don't work. */
  readonly pairs: readonly KeyPair[];
  /** What opens the resource with a shared access signature, or with a key that isn't among these. */
  readonly others: readonly KeyHolder[];
  /** Apps, subscriptions, and tenants that couldn't be read. */
  readonly unread: readonly string[];
  /** What others may have seen in a file, with the name of the key if it's one of these. */
  readonly exposed?: { readonly keyName?: string };
}

/** Keys that can stand in for each other, such as the two of a storage account or of an authorization rule. */
export interface KeyPair {
  readonly keys: readonly HeldKey[];
}

export interface HeldKey {
  /** Unique in the resource, such as `key1`, or `authorizationRules/send/primaryKey`. */
  readonly keyName: string;
  /** Absent if neither the service nor Keyless knows. */
  readonly madeAt?: Date;
  readonly holders: readonly KeyHolder[];
}

/** A setting of an app that opens the resource. */
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
export function keyToRotate({ keys }: KeyPair): HeldKey | undefined {
  const free = keys.filter(({ holders }) => holders.length === 0);
  return free.sort((one, other) => (one.madeAt?.getTime() ?? 0) - (other.madeAt?.getTime() ?? 0))[0];
}

/**
 * What to do next. `switch`: the apps to the key that was just made. `exposed`: rotate the key, after the apps that hold
 * it got the other one. `noneHeld`: rotating may not be needed at all. `done`: all keys were just made.
 */
export type RotationStep =
  | { readonly kind: 'rotate' | 'switch' | 'exposed'; readonly key: HeldKey }
  | { readonly kind: 'allHeld' | 'noneHeld' | 'done' };

const day = 86_400_000;

export function rotationStep(facts: KeyPair, now: number): RotationStep {
  if (facts.keys.every(({ holders }) => holders.length === 0)) return { kind: 'noneHeld' };
  const isNew = ({ madeAt }: HeldKey) => now - (madeAt?.getTime() ?? 0) < day;
  if (facts.keys.every(isNew)) return { kind: 'done' };
  const key = keyToRotate(facts);
  if (!key) return { kind: 'allHeld' };
  return { kind: isNew(key) ? 'switch' : 'rotate', key };
}

/** The keys to deal with first, and what to do with them. Undefined if keys don't work. */
export function firstStep(
  { pairs, exposed }: Pick<RotationFacts, 'exposed' | 'pairs'>,
  now: number,
): { readonly pair: KeyPair; readonly step: RotationStep } | undefined {
  for (const pair of pairs)
    for (const key of pair.keys)
      if (key.keyName === exposed?.keyName) return { pair, step: { kind: 'exposed', key } };
  const steps = pairs.map((pair) => ({ pair, step: rotationStep(pair, now) }));
  return steps.find(({ step }) => step.kind !== 'noneHeld' && step.kind !== 'done') ?? steps[0];
}

/** A key's name as people know it, such as `key1`, or `orders/send/primaryKey` for a rule of a queue. */
export function keyLabel(keyName: string): string {
  return keyName.replace(/^(?:queues|topics|eventhubs)\//, '').replace('authorizationRules/', '');
}

/** The key that apps holding `from` can be switched to: the newest of the others. */
export function keyToSwitchTo({ keys }: KeyPair, from: string): HeldKey | undefined {
  return keys
    .filter(({ keyName }) => keyName !== from)
    .sort((one, other) => (other.madeAt?.getTime() ?? 0) - (one.madeAt?.getTime() ?? 0))[0];
}
