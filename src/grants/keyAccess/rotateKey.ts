import * as l10n from '@vscode/l10n';
import { pause } from '../../azure/core/clock';
import type { Connection } from '../../azure/core/connection';
import { AzureError } from '../../azure/core/errors';
import { untilOperationEnds } from '../../azure/core/limits/operation';
import { isPending, pendingCode } from '../../azure/core/limits/pending';
import type { ResourceKey } from '../../azure/resources/keyRotation';
import { listKeysBeside, readRotatable, regenerateKey } from '../../azure/resources/keyRotation';
import type { Change } from '../../changes/change';

/** Milliseconds between two looks, and how long the resource may still list the old key after it said that it's done. */
const [poll, grace] = [2000, 60_000];

/**
 * Makes a new key in place of one of a resource, also if the answer is lost, and waits until the resource lists it. Cosmos DB
 * takes minutes to hours for a large account (secure-access-to-data), which go on after canceling.
 * @param changed called once it's certain that the old key stops working
 * @throws AzureError
 */
export async function rotateKey(
  c: Connection,
  resourceId: string,
  keyName: string,
  changed: (change: Change) => void,
  signal: AbortSignal,
): Promise<void> {
  const before = await readKey(c, resourceId, keyName, signal);
  const record = ({ id }: ResourceKey) => {
    changed({ kind: 'regenerateKey', resourceId, keyName, ...(id === undefined ? {} : { keyId: id }) });
  };
  let goesOn = false;
  try {
    goesOn = await regenerateKey(c, resourceId, before, signal);
    record(
      await untilOperationEnds(c, resourceId, signal, async (within) => {
        for (let waited = 0; ; waited += poll) {
          const now = await readKey(c, resourceId, keyName, within);
          const { isReady } = await readRotatable(c, resourceId, within);
          if (isReady && now.value !== before.value) return now;
          if (!goesOn && waited >= grace) throw notApplied();
          await pause(c, poll, within);
        }
      }),
    );
  } catch (error) {
    // A request that failed or was canceled may have reached the service.
    const now = await readKey(c, resourceId, keyName).catch(() => before);
    const isNew = now.value !== before.value;
    if (isNew || goesOn) record(now);
    if (!isNew) throw isPending(error) ? stillPending() : error;
  }
}

async function readKey(
  c: Connection,
  resourceId: string,
  keyName: string,
  signal?: AbortSignal,
): Promise<ResourceKey> {
  const keys = await listKeysBeside(c, resourceId, keyName, signal);
  const key = keys.find(({ name }) => name === keyName);
  if (key) return key;
  throw new AzureError(l10n.t('The resource has no key named {0}.', keyName), { code: 'KeyNotFound' });
}

/** Nothing checks on it again: only the old value would show whether a new key is there. */
function stillPending(): AzureError {
  const reason = l10n.t('The resource is still making the new key, so Keyless stopped waiting for it.');
  const nextStep = l10n.t('It goes on in Azure. The activity log in the Azure portal shows when it ends.');
  return new AzureError(reason, { code: pendingCode, explanation: { reason, nextStep } });
}

function notApplied(): AzureError {
  return new AzureError(l10n.t("The resource accepted the change, but didn't apply it."), {
    code: 'NotApplied',
  });
}
