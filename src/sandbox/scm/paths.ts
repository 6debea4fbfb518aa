import fs from 'node:fs/promises';
import path from 'node:path';
import type { Site } from '../world/world';

/** A path that leads, or could lead, out of the app's home folder. */
export class ForbiddenPath extends Error {}

/** A path that Windows doesn't allow. */
export class IllegalPath extends Error {}

/**
 * Resolves a path below the app's home to a file on this machine, which need not exist. Windows apps ignore
 * case in names.
 * @param relative decoded, with `/`; a trailing slash is ignored
 * @throws ForbiddenPath for `..`, links, and what this machine takes for a path; IllegalPath
 */
export async function resolveInHome(site: Site, relative: string): Promise<string> {
  let file = site.homeFolder;
  for (const segment of relative.split('/').filter((part) => part !== '' && part !== '.')) {
    const isPath = segment.includes('\\') && (!site.reserved || path.sep === '\\');
    if (segment === '..' || segment.includes('\0') || isPath || (path.sep === '\\' && segment.includes(':')))
      throw new ForbiddenPath(`The path '${relative}' is not allowed.`);
    if (!site.reserved && /[<>:"|?*\u0001-\u001f]/.test(segment))
      throw new IllegalPath('Illegal characters in path.');
    file = path.join(file, await existingName(file, segment, site.reserved));
    const stat = await fs.lstat(file).catch(() => undefined);
    if (stat?.isSymbolicLink() === true)
      throw new ForbiddenPath(`The path '${relative}' is a link, and links are not followed.`);
  }
  return file;
}

/** The app's own name for a file: `D:\home\…`, or `/home/…` on Linux. */
export function nameInApp(site: Site, file: string): string {
  const relative = path.relative(site.homeFolder, file).split(path.sep).filter(Boolean);
  return site.reserved ? ['/home', ...relative].join('/') : ['D:\\home', ...relative].join('\\');
}

// The host creates these folders later. If a request creates one first, in any case, it must not end up as a
// second folder.
const hostFolders = ['LogFiles', 'Application', 'Functions', 'Function', 'Host'];

async function existingName(folder: string, name: string, caseSensitive: boolean): Promise<string> {
  if (caseSensitive) return name;
  const names = await fs.readdir(folder).catch((): string[] => []);
  if (names.includes(name)) return name;
  return (
    [...names, ...hostFolders].find((candidate) => candidate.toLowerCase() === name.toLowerCase()) ?? name
  );
}
