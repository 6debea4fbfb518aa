import fs from 'node:fs/promises';
import path from 'node:path';
import type { Site } from '../world/world';

/** A path that leads, or could lead, out of the app's home folder. */
export class ForbiddenPath extends Error {}

/**
 * The file on this machine that a path below the app's home stands for. It need not exist. Windows apps compare names
 * without case.
 * @param relative percent-encoded or not, with `/`; a slash at the end is ignored
 * @throws ForbiddenPath for `..`, links and names that are no names
 */
export async function resolveInHome(site: Site, relative: string): Promise<string> {
  let file = site.homeFolder;
  for (const segment of relative.split('/').filter((part) => part !== '' && part !== '.')) {
    if (segment === '..' || /[\\\0]/.test(segment) || (path.sep === '\\' && segment.includes(':'))) {
      throw new ForbiddenPath(`The path '${relative}' is not allowed.`);
    }
    file = path.join(file, await existingName(file, segment, site.reserved));
    const stat = await fs.lstat(file).catch(() => undefined);
    if (stat?.isSymbolicLink() === true)
      throw new ForbiddenPath(`The path '${relative}' is a link, and links are not followed.`);
  }
  return file;
}

/** How the app itself names a file: `D:\home\…`, or `/home/…` on Linux. */
export function nameInApp(site: Site, file: string): string {
  const relative = path.relative(site.homeFolder, file).split(path.sep).filter(Boolean);
  return site.reserved ? ['/home', ...relative].join('/') : ['D:\\home', ...relative].join('\\');
}

// Folders that the host makes later: whoever asks for them first, in whatever case, must not make others beside them.
const hostFolders = ['LogFiles', 'Application', 'Functions', 'Function', 'Host'];

async function existingName(folder: string, name: string, caseSensitive: boolean): Promise<string> {
  if (caseSensitive) return name;
  const names = await fs.readdir(folder).catch((): string[] => []);
  if (names.includes(name)) return name;
  return (
    [...names, ...hostFolders].find((candidate) => candidate.toLowerCase() === name.toLowerCase()) ?? name
  );
}
