import * as l10n from '@vscode/l10n';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import type { FunctionApp } from '../core/model';
import { explain } from '../explain/explain';
import type { ScmEntry } from './scm';
import { listScmFolder, readScmFile } from './scm';
import {
  changedMeanwhile,
  createSiteFolder,
  deleteSiteFile,
  deleteSiteFolder,
  statSiteFile,
  writeSiteFile,
} from './siteFiles';

/** What a move did. Paths are relative to the moved folder; those of folders end in a slash. */
export interface SiteMove {
  /** A folder's copied contents; a folder comes before what it contains. Empty for a file. */
  readonly entries: readonly string[];
  /** What is still in the old place because it changed or was added after it was copied. '' is the file or folder itself. */
  readonly kept: readonly string[];
}

/**
 * Moves a file or folder. Kudu can't move, so this copies everything, compares it, and then deletes the originals one by
 * one: only what was copied and has the ETag that it was copied with, and only folders that are empty by then. Until
 * everything is copied, nothing is deleted.
 * @param replaced the ETag of the file to overwrite; undefined if there must be none
 * @throws AzureError
 */
export async function moveSiteFile(
  c: Connection,
  app: FunctionApp,
  from: string,
  to: string,
  folder: boolean,
  replaced?: string,
  signal?: AbortSignal,
): Promise<SiteMove> {
  const move = new Move(c, app, from, to, signal);
  return folder ? move.folder() : move.file(replaced);
}

interface Item {
  /** Relative to the moved folder; a folder's ends in a slash. */
  readonly path: string;
  readonly entry: ScmEntry;
}

/** A link to a folder above it would make a tree endless. */
const deepest = 100;

class Move {
  private readonly etags = new Map<string, string>();
  private readonly kept: string[] = [];

  constructor(
    private readonly c: Connection,
    private readonly app: FunctionApp,
    private readonly from: string,
    private readonly to: string,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async file(replaced: string | undefined): Promise<SiteMove> {
    const { c, app, from, to, signal } = this;
    const stat = await statSiteFile(c, app, from, signal);
    if (!stat || stat.folder) throw changedMeanwhile(from);
    const etag = await this.copy(from, to, replaced);
    if (etag !== stat.etag) throw changedMeanwhile(from);
    await this.deleting(() => this.deleteFile(from, '', etag));
    return { entries: [], kept: this.kept };
  }

  async folder(): Promise<SiteMove> {
    const { c, app, from, to, signal } = this;
    const items = await this.itemsBelow('');
    await createSiteFolder(c, app, to, signal);
    for (const { path, entry } of items) {
      if (entry.folder) await createSiteFolder(c, app, `${to}/${path}`, signal);
      else this.etags.set(path, await this.copy(`${from}/${path}`, `${to}/${path}`, undefined, entry.size));
    }
    const changed = firstDifference(items, await this.itemsBelow(''));
    if (changed !== undefined) throw changedMeanwhile(`${from}/${changed}`);
    await this.deleting(() => this.deleteFolder('', items));
    return { entries: items.map(({ path }) => path), kept: this.kept };
  }

  /** @returns the ETag of what was copied */
  private async copy(from: string, to: string, replaced: string | undefined, size?: number): Promise<string> {
    const { c, app, signal } = this;
    const read = await readScmFile(c, app, from, 0, signal);
    const { bytes } = read;
    // Kudu always sends a strong ETag, and a proxy's page has none. What compresses an answer weakens it (RFC 9110, 8.8.3).
    const etag = read.etag?.replace(/^W\//, '');
    if (etag === undefined || (size !== undefined && bytes.length !== size)) throw changedMeanwhile(from);
    await writeSiteFile(c, app, to, bytes, replaced, signal);
    const copied = await readScmFile(c, app, to, 0, signal);
    if (Buffer.compare(copied.bytes, bytes) !== 0)
      throw new AzureError(l10n.t('The copy differs from the original.'), {
        code: 'CopyDiffers',
        explanation: {
          reason: l10n.t('The site has a different file at {0} than was written. Nothing was deleted.', to),
          nextStep: l10n.t('Try again.'),
        },
      });
    return etag;
  }

  /** Everything in a folder of the source, depth first. @param below '', or the folder's path with a trailing slash */
  private async itemsBelow(below: string, depth = 0): Promise<Item[]> {
    const { c, app, from, signal } = this;
    if (depth > deepest) throw tooDeep(from);
    const items: Item[] = [];
    for (const entry of await listScmFolder(c, app, `${from}/${below}`, signal)) {
      const path = `${below}${entry.name}${entry.folder ? '/' : ''}`;
      items.push({ path, entry });
      if (entry.folder) for (const item of await this.itemsBelow(path, depth + 1)) items.push(item);
    }
    return items;
  }

  /**
   * Deletes a folder of the source with those of its items that were copied. Kudu lists a link to a folder as a folder,
   * and the files behind it may belong elsewhere, so the folder itself is tried first: a link is gone then, and a real
   * folder isn't, because it isn't empty.
   */
  private async deleteFolder(below: string, items: readonly Item[]): Promise<void> {
    if (await this.deleteIfEmpty(below)) return;
    for (const { path, entry } of items) {
      if (parentOf(path) !== below) continue;
      if (entry.folder)
        await this.deleteFolder(
          path,
          items.filter((item) => item.path.startsWith(path)),
        );
      else await this.deleteFile(`${this.from}/${path}`, path, this.etags.get(path) ?? '""');
    }
    if (!(await this.deleteIfEmpty(below))) this.kept.push(below);
  }

  private async deleteIfEmpty(below: string): Promise<boolean> {
    const { c, app, from, signal } = this;
    try {
      await deleteSiteFolder(c, app, `${from}/${below}`, false, signal);
      return true;
    } catch (error) {
      if (error instanceof AzureError && error.status === 404) return true;
      if (error instanceof AzureError && error.status === 409) return false;
      throw error;
    }
  }

  private async deleteFile(path: string, shown: string, etag: string): Promise<void> {
    try {
      await deleteSiteFile(this.c, this.app, path, etag, this.signal);
    } catch (error) {
      if (error instanceof AzureError && error.status === 404) return;
      if (!(error instanceof AzureError && error.code === 'FileChanged')) throw error;
      this.kept.push(shown);
    }
  }

  /** Runs what deletes. If it fails, says that the copy is complete. */
  private async deleting(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof AzureError)) throw error;
      throw new AzureError(error.message, {
        code: 'MoveIncomplete',
        explanation: {
          reason: l10n.t(
            "{0} was copied to {1}, but the original couldn't be deleted completely. {2}",
            this.from,
            this.to,
            explain(error).reason,
          ),
          nextStep: l10n.t('Delete the rest of the original yourself.'),
        },
      });
    }
  }
}

/** The first path that only one list has, or whose size or time differs. */
function firstDifference(before: readonly Item[], after: readonly Item[]): string | undefined {
  const marks = new Map(before.map((item) => [item.path, markOf(item)]));
  const changed = after.find((item) => marks.get(item.path) !== markOf(item));
  if (changed) return changed.path;
  const paths = new Set(after.map(({ path }) => path));
  return before.find(({ path }) => !paths.has(path))?.path;
}

/** A folder's time changes with its content, which is compared anyway. */
function markOf({ entry: { folder, size, modified } }: Item): string {
  return folder ? 'folder' : `${size} ${modified?.getTime()}`;
}

function parentOf(path: string): string {
  return path.replace(/[^/]+\/?$/, '');
}

function tooDeep(path: string): AzureError {
  return new AzureError(l10n.t('The folders are nested too deeply.'), {
    code: 'TooDeep',
    explanation: {
      reason: l10n.t(
        'The folders in {0} are nested more than {1} deep. A link may lead back to one.',
        path,
        deepest,
      ),
      nextStep: l10n.t('Move it on the SCM site. To get there, choose Open Kudu.'),
    },
  });
}
