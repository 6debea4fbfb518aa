import * as l10n from '@vscode/l10n';
import { encodeNames } from '../core/armId';
import { AzureError } from '../core/errors';
import type { FunctionApp } from '../core/model';
import { requireFeature } from './hosting/features';
import { noFilesReason } from './siteFolders';

/**
 * The path of a URL of an app's SCM site. Kudu accepts any encoded character (`allowDoubleEscaping` and
 * `requestPathInvalidCharacters` in its Web.config).
 * @param path unencoded; a trailing slash is kept
 * @throws RangeError for a path that leads elsewhere
 */
export function encodeScmPath({ linux }: Pick<FunctionApp, 'linux'>, path: string): string {
  // On Windows, a backslash separates folders.
  if (!linux && path.includes('\\')) throw new RangeError('Not a path of a Windows site.');
  const folder = path.endsWith('/');
  const names = (folder ? path.slice(1, -1) : path.slice(1)).split('/');
  return `${encodeNames(names)}${folder ? '/' : ''}`;
}

/** @throws AzureError if the app's plan doesn't give access to files. It has status 404, because there are none to find. */
export function requireFiles(app: FunctionApp): void {
  requireFeature(app, 'scmSite');
  const reason = noFilesReason(app);
  if (!reason) return;
  throw new AzureError(l10n.t("The app's plan doesn't give access to files."), {
    status: 404,
    code: 'NoFiles',
    explanation: {
      reason:
        reason === 'flexConsumption'
          ? l10n.t(
              "{0} runs from a deployed package. Its files can't be shown because the Flex Consumption plan doesn't give access to them.",
              app.name,
            )
          : l10n.t(
              "{0} runs from a deployed package. Its files can't be shown because the Consumption plan on Linux doesn't give access to them.",
              app.name,
            ),
      nextStep: l10n.t('Change the project in your workspace and deploy it.'),
    },
  });
}
