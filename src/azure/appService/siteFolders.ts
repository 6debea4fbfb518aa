import { encodeNames } from '../core/armId';
import type { FunctionApp } from '../core/model';

/** The folder with an app's code, in the site's home folder. */
export const codeFolder = 'site/wwwroot';

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
