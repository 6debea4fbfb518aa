import * as vscode from 'vscode';
import type { SiteFileAct } from '../changes/siteFileChange';
import type { SiteFileStat } from '../azure/appService/siteFiles';
import type { Changes } from '../ui/changes';
import { recordSiteFile } from '../ui/siteFileChanges';
import { inShort } from '../access/words/format';
import { warn } from '../ui/messages';
import type { AppTarget } from '../inventory/targets';
import { fileErrorOf } from './fileErrors';
import { pathInSite } from './siteUris';

/**
 * The files below each app's home, accessed through its SCM site. Only the ETag that VS Code last saw of each file is
 * kept. It prevents a save from overwriting someone else's change, even one made between VS Code's own check and the
 * write.
 */
export class SiteFileSystem implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly etags = new Map<string, string>();
  private readonly watched = new Map<string, vscode.Uri>();
  private readonly focus: vscode.Disposable;
  readonly onDidChangeFile = this.changed.event;

  /** @param find finds the app of a URI's authority; throws an error with a message for the user if it can't be reached */
  constructor(
    private readonly find: (authority: string) => Promise<AppTarget>,
    private readonly changes: Pick<Changes, 'record'>,
  ) {
    // The site doesn't report changes, so check for them when the user comes back to the window.
    this.focus = vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) void this.lookAgain();
    });
  }

  watch(uri: vscode.Uri): vscode.Disposable {
    this.watched.set(uri.toString(), uri);
    return new vscode.Disposable(() => this.watched.delete(uri.toString()));
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const key = uri.toString();
    const before = this.etags.get(key);
    const stat = await this.look(uri);
    if (!stat) throw vscode.FileSystemError.FileNotFound(uri);
    // An answer from before a save that ended meanwhile would make the next save fail.
    if (stat.etag && this.etags.get(key) === before) this.etags.set(key, stat.etag);
    return {
      type: stat.folder ? vscode.FileType.Directory : vscode.FileType.File,
      ctime: 0,
      mtime: stat.modified,
      size: stat.bytes,
    };
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    const { listScmFolder } = await import('../azure/appService/scm');
    const entries = await this.with(uri, ({ connection, app }, path) => listScmFolder(connection, app, path));
    return entries.map(({ name, folder }) => [
      name,
      folder ? vscode.FileType.Directory : vscode.FileType.File,
    ]);
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const { readScmFile } = await import('../azure/appService/scm');
    const file = await this.with(uri, ({ connection, app }, path) => readScmFile(connection, app, path));
    return file.bytes;
  }

  async writeFile(
    uri: vscode.Uri,
    bytes: Uint8Array,
    options: { readonly create: boolean; readonly overwrite: boolean },
  ): Promise<void> {
    const now = await this.look(uri);
    if (now?.folder) throw vscode.FileSystemError.FileIsADirectory(uri);
    if (!now && !options.create) throw vscode.FileSystemError.FileNotFound(uri);
    if (now && !options.overwrite) throw vscode.FileSystemError.FileExists(uri);
    // VS Code called stat before this, and only the version it saw then may be overwritten.
    await this.put(uri, bytes, now && (this.etags.get(uri.toString()) ?? now.etag));
  }

  /** The current state of a file on the site. Undefined if it doesn't exist. @throws vscode.FileSystemError */
  async look(uri: vscode.Uri): Promise<SiteFileStat | undefined> {
    const { statSiteFile } = await azureFiles();
    return this.with(uri, ({ connection, app }, path) => statSiteFile(connection, app, path));
  }

  /**
   * Writes a file.
   * @param seen the ETag of the version that may be overwritten; undefined if the file must not exist
   * @throws vscode.FileSystemError, for example if the file has changed in the meantime
   */
  async put(uri: vscode.Uri, bytes: Uint8Array, seen: string | undefined): Promise<void> {
    const { writeSiteFile } = await azureFiles();
    const etag = await this.with(uri, ({ connection, app }, path) =>
      writeSiteFile(connection, app, path, bytes, seen),
    );
    if (etag) this.etags.set(uri.toString(), etag);
    else this.etags.delete(uri.toString());
    await this.record(uri, { kind: 'writeSiteFile' });
    this.tell(seen === undefined ? vscode.FileChangeType.Created : vscode.FileChangeType.Changed, uri);
  }

  async createDirectory(uri: vscode.Uri): Promise<void> {
    const { createSiteFolder } = await azureFiles();
    await this.with(uri, ({ connection, app }, path) => createSiteFolder(connection, app, path));
    await this.record(uri, { kind: 'createSiteFolder' });
    this.tell(vscode.FileChangeType.Created, uri);
  }

  async delete(uri: vscode.Uri, options: { readonly recursive: boolean }): Promise<void> {
    const { deleteSiteFile, deleteSiteFolder, statSiteFile } = await azureFiles();
    const folder = await this.with(uri, async ({ connection, app }, path) => {
      const stat = await statSiteFile(connection, app, path);
      if (!stat) throw vscode.FileSystemError.FileNotFound(uri);
      if (stat.folder) await deleteSiteFolder(connection, app, path, options.recursive);
      else await deleteSiteFile(connection, app, path, stat.etag ?? '*');
      return stat.folder;
    });
    await this.record(uri, { kind: folder ? 'deleteSiteFolder' : 'deleteSiteFile' });
    this.etags.delete(uri.toString());
    this.tell(vscode.FileChangeType.Deleted, uri);
  }

  async rename(from: vscode.Uri, to: vscode.Uri, options: { readonly overwrite: boolean }): Promise<void> {
    const { statSiteFile } = await azureFiles();
    const { moveSiteFile } = await import('../azure/appService/siteMove');
    if (from.authority !== to.authority)
      throw vscode.FileSystemError.Unavailable(vscode.l10n.t('You can only move files within one app.'));
    const folder = (await this.stat(from)).type === vscode.FileType.Directory;
    const target = pathInSite(to);
    const { entries, kept } = await this.with(from, async ({ connection, app }, path) => {
      if (`${target}/`.toLowerCase().startsWith(`${path}/`.toLowerCase()) && target.length > path.length)
        throw vscode.FileSystemError.Unavailable(vscode.l10n.t("{0} can't be moved into itself", path));
      const there = await statSiteFile(connection, app, target);
      // On Windows, `a` and `A` are the same file, and renaming a file to itself would delete it.
      if (path.toLowerCase() === target.toLowerCase() && there)
        throw vscode.FileSystemError.Unavailable(
          vscode.l10n.t(
            'The site treats {0} and {1} as the same name. Rename it to a different name first.',
            path,
            target,
          ),
        );
      if (there && !options.overwrite) throw vscode.FileSystemError.FileExists(to);
      return moveSiteFile(connection, app, path, target, folder, there?.etag);
    });
    if (folder)
      await this.record(from, {
        ...{ kind: 'moveSiteFolder', to: target, entries },
        ...(kept.length > 0 ? { kept } : {}),
      });
    else if (kept.length > 0) await this.record(to, { kind: 'writeSiteFile' });
    else await this.record(from, { kind: 'moveSiteFile', to: target });
    if (kept.length > 0) warn(keptWords(pathInSite(from), target, kept));
    this.etags.delete(from.toString());
    this.changed.fire([
      { type: vscode.FileChangeType.Deleted, uri: from },
      { type: vscode.FileChangeType.Created, uri: to },
    ]);
  }

  dispose(): void {
    this.focus.dispose();
    this.changed.dispose();
  }

  /** Runs `act` on the app and path of a URI. Converts errors to ones that VS Code shows unchanged. */
  private async with<T>(uri: vscode.Uri, act: (target: AppTarget, path: string) => Promise<T>): Promise<T> {
    try {
      return await act(await this.find(uri.authority), pathInSite(uri));
    } catch (error) {
      throw await fileErrorOf(error, uri);
    }
  }

  private record(uri: vscode.Uri, act: SiteFileAct): Promise<void> {
    return this.with(uri, (target, path) => recordSiteFile(this.changes, target, path, act));
  }

  private tell(type: vscode.FileChangeType, uri: vscode.Uri): void {
    this.changed.fire([{ type, uri }]);
  }

  /** Reports open files that changed on the site. VS Code reloads those that aren't dirty. */
  private async lookAgain(): Promise<void> {
    for (const [key, uri] of this.watched) {
      const before = this.etags.get(key);
      if (before === undefined) continue;
      const stat = await this.stat(uri).catch(() => undefined);
      if (stat && this.etags.get(key) !== before) this.tell(vscode.FileChangeType.Changed, uri);
    }
  }
}

/** What a move left in the old place, and why. */
function keptWords(from: string, to: string, kept: readonly string[]): string {
  const paths = kept.map((path) => (path === '' ? from : `${from}/${path}`));
  return vscode.l10n.t(
    '{0} was copied to {1}, but not everything was removed from the old place, because it changed in the meantime: {2}',
    from,
    to,
    inShort(paths),
  );
}

const azureFiles = () => import('../azure/appService/siteFiles');
