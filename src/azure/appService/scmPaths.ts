import { encodeNames } from '../core/armId';
import { AzureError } from '../core/errors';
import type { FunctionApp } from '../core/model';
import { requireFeature } from './hosting/features';
import { noFilesReason, noFilesWords } from './siteFolders';

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
  const explanation = noFilesWords(reason);
  throw new AzureError(explanation.reason, { status: 404, code: 'NoFiles', explanation });
}
