import fs from 'node:fs';
import path from 'node:path';
import { cache } from './paths';
import { withProgress } from './say';

/**
 * Installs a folder of the cache if it isn't there. Safe to run twice at once, because the last step is a rename.
 * @param what what is installed, and where it comes from
 * @param install installs into a folder, and returns the part of it to keep
 */
export async function installOnce(
  folder: string,
  what: string,
  install: (draft: string) => Promise<string>,
): Promise<void> {
  if (fs.existsSync(folder)) return;
  const draft = `${folder}.draft-${process.pid}`;
  fs.mkdirSync(draft, { recursive: true });
  removeDraftsOfTheDead();
  try {
    const made = await withProgress(`Installing ${what} into ${cache}`, () => install(draft));
    try {
      fs.renameSync(made, folder);
    } catch (error) {
      if (!fs.existsSync(folder)) throw error; // otherwise, another run was faster
    }
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

/** Removes drafts of runs that were killed before they could remove them. */
function removeDraftsOfTheDead(): void {
  if (process.platform !== 'linux') return;
  for (const name of fs.readdirSync(cache)) {
    const pid = /\.draft-(\d+)$/.exec(name)?.[1];
    if (pid && !fs.existsSync(`/proc/${pid}`))
      fs.rmSync(path.join(cache, name), { recursive: true, force: true });
  }
}
