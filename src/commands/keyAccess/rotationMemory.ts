import type { Memento } from 'vscode';

const storageKey = 'keyless.rotatedKeys';
/** Milliseconds. After a day, a key no longer counts as new (`rotationStep`). */
const mostAge = 24 * 60 * 60 * 1000;

/** A key that Keyless rotated. It contains names and IDs only. */
interface RotatedKey {
  readonly resourceId: string;
  readonly keyName: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** When Keyless rotated keys of a resource during the last day, because not every service tells when it made a key. */
export function rotatedKeys(memento: Memento, resourceId: string): ReadonlyMap<string, Date> {
  const own = recent(memento).filter((one) => isOf(one, resourceId));
  return new Map(own.map(({ keyName, at }) => [keyName, new Date(at)]));
}

export async function rememberRotated(
  memento: Memento,
  { resourceId, keyName }: Pick<RotatedKey, 'resourceId' | 'keyName'>,
): Promise<void> {
  const others = recent(memento).filter((one) => one.keyName !== keyName || !isOf(one, resourceId));
  await memento.update(storageKey, [...others, { resourceId, keyName, at: Date.now() }]);
}

function recent(memento: Memento): readonly RotatedKey[] {
  const all = memento.get<readonly RotatedKey[]>(storageKey) ?? [];
  return all.filter(({ at }) => Date.now() - at < mostAge);
}

function isOf(one: RotatedKey, resourceId: string): boolean {
  return one.resourceId.toLowerCase() === resourceId.toLowerCase();
}
