import * as vscode from 'vscode';
import { isCancellation, reasonOf, UserError } from '../../ui/errors';
import { inShort } from '../../access/words/format';
import { warn } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import { confirm } from '../../ui/quickPick';
import type { FileSource } from '../../ui/droppedFiles';
import { isEntryName, sameFileKey } from './localNames';
import { NewNames } from './newNames';

/** A file or folder that exists at the destination. `tag` changes whenever the file does. */
interface Existing {
  readonly folder: boolean;
  readonly tag: string;
  /** A link, which could lead out of the destination. */
  readonly link?: boolean;
}

/** The destination of a copy. */
export interface CopyTarget {
  readonly folder: vscode.Uri;
  /** The name of the destination to show: an app or a folder. */
  readonly name: string;
  /** Whether the destination can have a name. Absent for a computer, which gets another name then. */
  readonly canHave?: (name: string) => boolean;
  stat(uri: vscode.Uri): Promise<Existing | undefined>;
  /** @throws if the file's tag is no longer `seen`, or, if `seen` is undefined, if the file exists */
  write(uri: vscode.Uri, bytes: Uint8Array, seen: string | undefined): Promise<void>;
}

interface Item {
  /** Relative to the destination folder, with the names of the source. */
  readonly path: string;
  readonly target: vscode.Uri;
  /** Absent for a folder. */
  readonly read?: () => Thenable<Uint8Array>;
  /** Absent for a file without a URI. */
  readonly from?: vscode.Uri;
  readonly there?: Existing;
}

/** A file or folder that couldn't be copied. */
interface Failure {
  readonly path: string;
  readonly error: unknown;
}

/**
 * Copies files and folders with their content. It asks once before it replaces files, and doesn't replace a file that
 * was changed after the question. A file that can't be copied doesn't stop the others.
 * @param title of the progress notification
 * @returns how many files were copied
 * @throws UserError; vscode.CancellationError; why nothing was copied
 */
export async function copyFiles(
  sources: readonly FileSource[],
  target: CopyTarget,
  title: string,
): Promise<number> {
  const failures: Failure[] = [];
  const { items, names } = await withProgress(vscode.l10n.t('Checking {0}', target.name), async (signal) => {
    const planner = new Planner(target, failures, signal);
    return { items: await planner.itemsOf(sources), names: planner.newNames };
  });
  const replaced = items.filter(({ there, read }) => there && read).map(({ path }) => path);
  if (replaced.length > 0)
    await confirm(
      vscode.l10n.t('Replace {0} in {1}?', inShort(replaced), target.name),
      vscode.l10n.t("You can't undo this. No copies of the existing files are kept."),
      vscode.l10n.t('Replace Files'),
    );
  let copied = 0;
  try {
    copied = await withProgress(title, (signal, report) =>
      copyItems(items, target, failures, signal, report),
    );
  } finally {
    names.tell();
    if (copied > 0 || failures.length > 1) tellFailures(failures);
  }
  if (copied === 0 && failures[0]) throw failures[0].error;
  return copied;
}

function tellFailures(failures: readonly Failure[]): void {
  const [first, ...others] = failures;
  if (!first) return;
  const reason = reasonOf(first.error);
  warn(
    others.length === 0
      ? vscode.l10n.t("{0} couldn't be copied: {1}", first.path, reason)
      : vscode.l10n.t(
          "These couldn't be copied: {0}. The reason for the first one: {1}",
          inShort(failures.map(({ path }) => path)),
          reason,
        ),
  );
}

/** Finds what to copy, and what already exists at the destination. */
class Planner {
  private readonly linked: string[] = [];
  readonly newNames: NewNames;

  constructor(
    private readonly target: CopyTarget,
    private readonly failures: Failure[],
    private readonly signal: AbortSignal,
  ) {
    this.newNames = new NewNames(target.canHave);
  }

  async itemsOf(sources: readonly FileSource[]): Promise<readonly Item[]> {
    const { folder } = this.target;
    const place: Place = { folder, names: await namesIn(folder), taken: new Set() };
    let items: readonly Item[] = [];
    for (const source of sources) {
      if (!('uri' in source))
        items = items.concat(await this.fileOf(source.name, place, () => source.read()));
      else if (source.uri.toString() !== vscode.Uri.joinPath(folder, fileNameOf(source.uri)).toString()) {
        const { uri } = source;
        const stat = await this.unlessItFails(uri, fileNameOf(uri), () => vscode.workspace.fs.stat(uri));
        if (stat) items = items.concat(await this.below(uri, fileNameOf(uri), stat.type, place));
      }
    }
    if (this.linked.length > 0)
      warn(vscode.l10n.t("Links to folders weren't followed: {0}", inShort(this.linked)));
    return items;
  }

  /** A file, or a folder with its content. @param path ends with the name that the source has for it */
  private async below(
    source: vscode.Uri,
    path: string,
    type: vscode.FileType,
    parent: Place,
    name = path,
  ): Promise<Item[]> {
    this.signal.throwIfAborted();
    if (!(type & vscode.FileType.Directory))
      return this.fileOf(path, parent, () => vscode.workspace.fs.readFile(source), name, source);
    if (type & vscode.FileType.SymbolicLink) {
      this.linked.push(path);
      return [];
    }
    const found = await this.placeOf(path, name, parent);
    if (!found) return [];
    const { target, there } = found;
    if (there && !there.folder) throw new UserError(vscode.l10n.t('{0} is a file at the destination', path));
    const items: Item[] = [{ path, ...found }];
    const inside: Place = {
      folder: target,
      names: there ? await namesIn(target) : new Set<string>(),
      taken: new Set(),
    };
    const children = await this.unlessItFails(source, path, () => vscode.workspace.fs.readDirectory(source));
    for (const [child, childType] of children ?? []) {
      const childPath = `${path}/${child}`;
      // Joined to the source, such a name would be another folder.
      if (!isEntryName(child)) this.newNames.skip(childPath);
      else
        for (const item of await this.below(
          vscode.Uri.joinPath(source, child),
          childPath,
          childType,
          inside,
          child,
        ))
          items.push(item);
    }
    return items;
  }

  private async fileOf(
    path: string,
    parent: Place,
    read: () => Thenable<Uint8Array>,
    name = path,
    from?: vscode.Uri,
  ): Promise<Item[]> {
    const found = await this.placeOf(path, name, parent);
    if (!found) return [];
    if (found.there?.folder) throw new UserError(vscode.l10n.t('{0} is a folder at the destination', path));
    return [{ path, read, ...(from ? { from } : {}), ...found }];
  }

  /** Undefined if only this one can't be read. */
  private async unlessItFails<T>(
    from: vscode.Uri,
    path: string,
    act: () => Thenable<T>,
  ): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      if (this.signal.aborted || !(await canGoOn(error, from, this.target))) throw error;
      this.failures.push({ path, error });
      return undefined;
    }
  }

  /** Where a file or folder goes, and what it would replace. Undefined if it can't have its name there. */
  private async placeOf(
    path: string,
    name: string,
    { folder, names, taken }: Place,
  ): Promise<Pick<Item, 'target' | 'there'> | undefined> {
    const ownName = this.newNames.nameFor(name, path, taken);
    if (ownName === undefined) return undefined;
    const target = vscode.Uri.joinPath(folder, ownName);
    const there = names.has(sameFileKey(ownName)) ? await this.target.stat(target) : undefined;
    if (there?.link)
      throw new UserError(
        vscode.l10n.t('{0} is a link at the destination', path),
        vscode.l10n.t("Keyless doesn't write through links. Remove the link or choose another folder."),
      );
    return { target, ...(there ? { there } : {}) };
  }
}

/** A folder at the destination. */
interface Place {
  readonly folder: vscode.Uri;
  /** What it has now. Keys, because on Windows `a` and `A` are the same file. */
  readonly names: ReadonlySet<string>;
  /** The keys of what is copied into it. */
  readonly taken: Set<string>;
}

async function namesIn(folder: vscode.Uri): Promise<ReadonlySet<string>> {
  const entries = await vscode.workspace.fs.readDirectory(folder);
  return new Set(entries.map(([name]) => sameFileKey(name)));
}

async function copyItems(
  items: readonly Item[],
  target: CopyTarget,
  failures: Failure[],
  signal: AbortSignal,
  report: (message: string) => void,
): Promise<number> {
  const files = items.filter(({ read }) => read).length;
  let copied = 0;
  try {
    for (const item of items) {
      signal.throwIfAborted();
      if (item.read) report(vscode.l10n.t('{0} of {1}: {2}', copied + 1, files, item.path));
      try {
        await copyItem(item, target);
        if (item.read) copied++;
      } catch (error) {
        if (signal.aborted || !(await canGoOn(error, item.from, target))) throw error;
        failures.push({ path: item.path, error });
      }
    }
  } catch (error) {
    if (copied > 0)
      warn(vscode.l10n.t('Only {0} of {1} files were copied to {2}.', copied, files, target.name));
    throw error;
  }
  return copied;
}

/** Whether only one file or folder is to blame: the folder that it's in can be read, and the destination too. */
async function canGoOn(error: unknown, from: vscode.Uri | undefined, target: CopyTarget): Promise<boolean> {
  if (isCancellation(error)) return false;
  try {
    if (from) await vscode.workspace.fs.stat(vscode.Uri.joinPath(from, '..'));
    return (await target.stat(target.folder)) !== undefined;
  } catch {
    return false;
  }
}

async function copyItem(item: Item, target: CopyTarget): Promise<void> {
  if (!item.read) {
    if (!item.there) await vscode.workspace.fs.createDirectory(item.target);
    return;
  }
  const bytes = await item.read();
  try {
    await target.write(item.target, bytes, item.there?.tag);
  } catch (error) {
    if ((await target.stat(item.target))?.tag === item.there?.tag) throw error;
    throw new UserError(
      vscode.l10n.t('{0} was changed in the meantime', item.path),
      vscode.l10n.t("It wasn't replaced. Check the file and try again."),
    );
  }
}

export function fileNameOf(uri: vscode.Uri): string {
  return lastOf(uri.path.replace(/\/+$/, ''));
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
