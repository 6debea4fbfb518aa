import * as vscode from 'vscode';
import { functionUrl } from '../../azure/appService/invoke';
import { tellCopied } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import type { AppTarget, FunctionTarget } from '../../inventory/targets';
import { askRoute, httpFunction, keyFor } from './httpFunction';
import type { Services } from '../services';

/** Copies a function's URL without a key. */
export async function copyFunctionUrl(
  services: Pick<Services, 'inventory'>,
  node?: AppTarget | FunctionTarget,
): Promise<void> {
  const title = vscode.l10n.t('Copy Function URL');
  const target = await httpFunction(services, title, node);
  const route = await askRoute(title, target);
  await vscode.env.clipboard.writeText(functionUrl(target.app, target.fn, { route }));
  tellCopied(vscode.l10n.t('Copied the URL of {0}', target.fn.name));
}

/** Copies a function's URL with its key for 30 seconds. Anyone with that URL can call the function. */
export async function copyFunctionUrlWithKey(
  services: Pick<Services, 'clipboard' | 'inventory'>,
  node?: AppTarget | FunctionTarget,
): Promise<void> {
  const title = vscode.l10n.t('Copy Function URL with Key');
  const target = await httpFunction(services, title, node);
  const route = await askRoute(title, target);
  const key = await withProgress(vscode.l10n.t('Getting the key of {0}', target.fn.name), (signal) =>
    keyFor(target, 'default', signal),
  );
  if (key === undefined) {
    await vscode.env.clipboard.writeText(functionUrl(target.app, target.fn, { route }));
    tellCopied(vscode.l10n.t("Copied the URL of {0}, which doesn't need a key", target.fn.name));
    return;
  }
  await services.clipboard.copy(functionUrl(target.app, target.fn, { key, route }));
  tellCopied(
    vscode.l10n.t(
      'Copied the URL of {0} with its key. The clipboard is cleared in 30 seconds.',
      target.fn.name,
    ),
  );
}
