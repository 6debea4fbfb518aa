import * as l10n from '@vscode/l10n';
import { nameInId } from '../../access/words/format';
import type { Connection } from '../../azure/core/connection';
import { AzureError } from '../../azure/core/errors';
import { keySwitchOf, readKeyedResource } from '../../azure/resources/keySwitch';
import type { Replacement } from './replacement';

/**
 * A credential must not come back where keys have been turned off since, because the app would stop working.
 * @throws AzureError `KeysOff`
 */
export async function requireKeysWork(
  c: Connection,
  parts: Replacement['parts'],
  signal: AbortSignal,
): Promise<void> {
  for (const id of new Set(parts.flatMap(({ resourceId }) => resourceId ?? [])))
    if (keySwitchOf(id) && (await areOff(c, id, signal)))
      throw new AzureError(l10n.t('The keys of {0} are turned off.', nameInId(id)), {
        code: 'KeysOff',
        explanation: {
          reason: l10n.t(
            'The keys of {0} are turned off, so the app would stop working with its old value',
            nameInId(id),
          ),
          nextStep: l10n.t('Turn on key access first.'),
        },
      });
}

/** What can't be read is no reason: the old value may be needed urgently. */
async function areOff(c: Connection, id: string, signal: AbortSignal): Promise<boolean> {
  try {
    return !(await readKeyedResource(c, id, signal)).keysWork;
  } catch (error) {
    if (error instanceof AzureError) return false;
    throw error;
  }
}
