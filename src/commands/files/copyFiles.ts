import * as vscode from 'vscode';
import { UserError } from '../../ui/errors';
import { warn } from '../../ui/messages';
import { withProgress } from '../../ui/progress';
import { confirm } from '../../ui/quickPick';
import type { FileSource } from '../../ui/droppedFiles';

/** A file or folder that exists at the destination. `tag` changes whenever the file does. */
interface Existing {
  readonly folder: boolean;
  readonly tag: string;
}

/** The destination of a copy. */
export interface CopyTarget {
  readonly folder: vscode.Uri;
  /** The name of the destination to show: an app or a folder. */
  readonly name: string;
  stat(uri: vscode.Uri): Promise<Existing | undefined>;
  /** @throws if the file's tag is no longer `seen`, or, if `seen` is undefined, if the file exists */
  write(uri: vscode.Uri, bytes: Uint8Array, seen: string | undefined): Promise<void>;
}

interface Item {
  /** Relative to the destination folder. */
  readonly path: string;
  readonly target: vscode.Uri;
  /** Absent for a folder. */
  readonly read?: () => Thenable<Uint8Array>;
  readonly there?: Existing;
}

/**
 * Copies files and folders with their content. It asks once before it replaces files, and doesn't replace a file that
 * was changed after the question.
 * @param title of the progress notification
 * @returns how many files were copied
 * @throws UserError; vscode.CancellationError
 */
export async function copyFiles(
  sources: readonly FileSource[],
  target: CopyTarget,
  title: string,
): Promise<number> {
  const items = await withProgress(vscode.l10n.t('Checking {0}', target.name), (signal) =>
    new Planner(target, signal).itemsOf(sources),
  );
  const replaced = items.filter(({ there, read }) => there && read).map(({ path }) => path);
  if (replaced.length > 0)
    await confirm(
      vscode.l10n.t('Replace {0} in {1}?', inShort(replaced), target.name),
      vscode.l10n.t("You can't undo this. No copies of the existing files are kept."),
      vscode.l10n.t('Replace Files'),
    );
  return withProgress(title, (signal, report) => copyItems(items, target, signal, report));
}

/** Finds what to copy, and what already exists at the destination. */
class Planner {
  private readonly linked: string[] = [];

  constructor(
    private readonly target: CopyTarget,
    private readonly signal: AbortSignal,
  ) {}

  async itemsOf(sources: readonly FileSource[]): Promise<Item[]> {
    const { folder } = this.target;
    const names = await namesIn(folder);
    const items: Item[] = [];
    for (const source of sources) {
      if (!('uri' in source)) items.push(await this.fileOf(source.name, folder, names, () => source.read()));
      else if (source.uri.toString() !== vscode.Uri.joinPath(folder, fileNameOf(source.uri)).toString()) {
        const { type } = await vscode.workspace.fs.stat(source.uri);
        items.push(...(await this.below(source.uri, fileNameOf(source.uri), type, folder, names)));
      }
    }
    if (this.linked.length > 0)
      warn(vscode.l10n.t("Links to folders weren't followed: {0}", inShort(this.linked)));
    return items;
  }

  /** A file, or a folder with its content. */
  private async below(
    source: vscode.Uri,
    path: string,
    type: vscode.FileType,
    parent: vscode.Uri,
    names: Names,
  ): Promise<Item[]> {
    this.signal.throwIfAborted();
    if (!(type & vscode.FileType.Directory))
      return [await this.fileOf(path, parent, names, () => vscode.workspace.fs.readFile(source))];
    if (type & vscode.FileType.SymbolicLink) {
      this.linked.push(path);
      return [];
    }
    const target = vscode.Uri.joinPath(parent, lastOf(path));
    const there = await this.existing(path, target, names);
    if (there && !there.folder) throw new UserError(vscode.l10n.t('{0} is a file at the destination', path));
    const items: Item[] = [{ path, target, ...(there ? { there } : {}) }];
    const inside = there ? await namesIn(target) : new Set<string>();
    for (const [name, child] of await vscode.workspace.fs.readDirectory(source))
      items.push(
        ...(await this.below(vscode.Uri.joinPath(source, name), `${path}/${name}`, child, target, inside)),
      );
    return items;
  }

  private async fileOf(
    path: string,
    parent: vscode.Uri,
    names: Names,
    read: () => Thenable<Uint8Array>,
  ): Promise<Item> {
    const target = vscode.Uri.joinPath(parent, lastOf(path));
    const there = await this.existing(path, target, names);
    if (there?.folder) throw new UserError(vscode.l10n.t('{0} is a folder at the destination', path));
    return { path, target, read, ...(there ? { there } : {}) };
  }

  private existing(path: string, target: vscode.Uri, names: Names): Promise<Existing | undefined> {
    return names.has(lastOf(path).toLowerCase()) ? this.target.stat(target) : Promise.resolve(undefined);
  }
}

/** Names in a folder in lower case, because on Windows `a` and `A` are the same file. */
type Names = ReadonlySet<string>;

async function namesIn(folder: vscode.Uri): Promise<Names> {
  const entries = await vscode.workspace.fs.readDirectory(folder);
  return new Set(entries.map(([name]) => name.toLowerCase()));
}

async function copyItems(
  items: readonly Item[],
  target: CopyTarget,
  signal: AbortSignal,
  report: (message: string) => void,
): Promise<number> {
  const files = items.filter(({ read }) => read).length;
  let copied = 0;
  try {
    for (const item of items) {
      signal.throwIfAborted();
      if (item.read) report(vscode.l10n.t('{0} of {1}: {2}', copied + 1, files, item.path));
      await copyItem(item, target);
      if (item.read) copied++;
    }
  } catch (error) {
    if (copied > 0)
      warn(vscode.l10n.t('Only {0} of {1} files were copied to {2}.', copied, files, target.name));
    throw error;
  }
  return copied;
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

/** The first few names, and how many more there are. */
function inShort(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? vscode.l10n.t('{0} and {1} more', shown, names.length - 5) : shown;
}

export function fileNameOf(uri: vscode.Uri): string {
  return lastOf(uri.path.replace(/\/+$/, ''));
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
