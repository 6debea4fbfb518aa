import type { SandboxContext } from '../context';
import type { OtherResource } from '../world/world';
import type { StorageCaller } from './authorize';
import { storageDataOf } from './data';

const minute = 60_000;

/** Counts a request that was let in, as the metric Transactions does by its dimension Authentication. */
export function countTransaction(
  { world, clock }: SandboxContext,
  account: OtherResource,
  { kind }: StorageCaller,
): void {
  const data = storageDataOf(world, account.id);
  const at = Math.floor(clock.now() / minute) * minute;
  const authentication = kind === 'key' ? 'AccountKey' : 'OAuth';
  const all = (data.transactions ??= []);
  const same = all.find((one) => one.at === at && one.authentication === authentication);
  if (same === undefined) all.push({ at, authentication, count: 1 });
  else same.count += 1;
}
