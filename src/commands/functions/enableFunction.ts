import { l10n } from 'vscode';
import {
  findDisablingSetting,
  readFunction,
  waitUntilEnabled,
} from '../../azure/appService/disabledFunction';
import { UserError } from '../../ui/errors';
import { withProgress } from '../../ui/progress';
import { confirm } from '../../ui/quickPick';
import { writeSetting } from '../settings/changeSetting';
import type { HttpFunction } from './httpFunction';
import type { Services } from '../services';

/**
 * Offers to enable a function that is disabled. The host answers 404 to calls of such a function, unless they have the
 * master key (azure-functions-host, FunctionInvocationMiddleware.cs; #143), which those with the level `admin` have.
 * @returns whether it was disabled, and is enabled now
 * @throws UserError if no app setting disables it; vscode.CancellationError
 */
export async function enableIfDisabled(
  services: Pick<Services, 'changes' | 'logStreams' | 'refresh'>,
  target: HttpFunction,
): Promise<boolean> {
  const { connection, app, fn } = target;
  if (fn.http.authLevel === 'admin') return false;
  const { disabled, setting } = await withProgress(
    l10n.t('Checking whether {0} is disabled', fn.name),
    async (signal) => ({
      disabled: (await readFunction(connection, app, fn, signal))?.disabled,
      setting: await findDisablingSetting(connection, app, fn, signal),
    }),
  );
  if (!disabled) return false;
  if (!setting)
    throw new UserError(
      l10n.t('{0} is disabled, so {1} answers 404 (Not Found)', fn.name, app.name),
      l10n.t('No app setting disables it. Enable it in its code or its function.json, and deploy the app.'),
    );
  await confirm(
    l10n.t('{0} is disabled. Enable it?', fn.name),
    l10n.t(
      'While it is disabled, the app answers 404 (Not Found). Keyless sets the app setting {0} to false, and the app restarts.',
      setting.name,
    ),
    l10n.t('Enable Function'),
  );
  await writeSetting(services, target, {
    ...{ kind: 'set', name: setting.name, value: 'false', was: setting.value },
  });
  await withProgress(l10n.t('Waiting until {0} is enabled', fn.name), (signal) =>
    waitUntilEnabled(connection, app, fn, signal),
  );
  return true;
}
