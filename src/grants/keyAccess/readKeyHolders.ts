import { keyUsersOf } from '../../access/keyAccess/keyAccessFacts';
import type { KeyHolder, RotationFacts } from '../../access/keyAccess/rotation';
import type { Connection } from '../../azure/core/connection';
import { readKeyedResource } from '../../azure/resources/keySwitch';
import { listStorageKeys } from '../../azure/resources/storageKeys';
import type { AppKeys, AppsInScope } from '../../inventory/findKeys';
import { findKeysOf } from '../../inventory/findKeys';
import { keyFingerprint } from '../../inventory/keysLeft';
import { madeAtOf } from './rotateStorageKey';

/**
 * Reads which app holds which key of a storage account. No key leaves this function: they are compared by fingerprints.
 * @throws AzureError if the account or its keys can't be read
 */
export async function readKeyHolders(
  c: Connection,
  accountId: string,
  { apps, unlisted }: AppsInScope,
  signal: AbortSignal,
): Promise<RotationFacts> {
  const account = await readKeyedResource(c, accountId, signal);
  const keys = await listStorageKeys(c, account.id, signal);
  const all: AppKeys[] = [];
  await findKeysOf(apps, (one) => all.push(one), signal);
  const holders = all.flatMap((one) => holdersIn(one, account.name, keys));
  return {
    account: { id: account.id, name: account.name, keysWork: account.keysWork },
    keys: [...keys.keys()].map((keyName) => {
      const madeAt = madeAtOf(account, keyName);
      const own = holders.filter((holder) => holder.keyName === keyName);
      return { keyName, holders: own, ...(madeAt ? { madeAt } : {}) };
    }),
    others: holders.filter(({ keyName }) => keyName === undefined),
    unread: [
      ...unlisted.map(({ name }) => name),
      ...all.filter(({ failure }) => failure).map(({ app }) => app.name),
    ],
  };
}

/** Fingerprints of different accounts differ, so that each app is compared by its own. */
function holdersIn(
  { connection, app, found }: AppKeys,
  name: string,
  keys: ReadonlyMap<string, string>,
): KeyHolder[] {
  const type = 'Microsoft.Storage/storageAccounts';
  const left = found?.keys ?? [];
  const [user] = keyUsersOf({ name, type }, [{ app, findings: left.map(({ finding }) => finding) }]);
  return (user?.findings ?? []).map((finding): KeyHolder => {
    const keyName = [...keys].find(([, key]) => keyFingerprint(connection, key) === finding.fingerprint)?.[0];
    const setting = left.find((one) => one.finding === finding)?.setting;
    return {
      ...{ app: { id: app.id, name: app.name }, finding },
      ...(keyName === undefined ? {} : { keyName }),
      ...(setting ? { setting } : {}),
    };
  });
}
