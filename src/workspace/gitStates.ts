import * as vscode from 'vscode';
import type { GitState } from './model/secretWords';

/** What Keyless uses of the API of VS Code's Git extension (its git.d.ts). */
interface GitApi {
  getRepository(uri: vscode.Uri): Repository | null;
  readonly onDidOpenRepository: vscode.Event<unknown>;
}

interface Repository {
  /** Without a tree, it looks in the index, and throws if the file isn't there. */
  getObjectDetails(tree: string, path: string): Promise<unknown>;
  /** Tracked files aren't ignored, whatever .gitignore says. */
  checkIgnore(paths: string[]): Promise<Set<string>>;
}

/** Asks VS Code's Git extension, if it's there, what Git does with files. */
export class GitStates implements vscode.Disposable {
  private api: GitApi | undefined;
  private readonly opened = new vscode.EventEmitter<void>();
  private readonly disposables: { dispose(): unknown }[] = [this.opened];

  /** Fires when a repository was opened, so that files may have another state. */
  readonly onDidOpen = this.opened.event;

  async stateOf(uri: vscode.Uri): Promise<GitState> {
    try {
      const repository = (await this.load())?.getRepository(uri);
      if (!repository) return 'unknown';
      if (await isTracked(repository, uri.fsPath)) return 'tracked';
      return (await repository.checkIgnore([uri.fsPath])).has(uri.fsPath) ? 'ignored' : 'untracked';
    } catch {
      return 'unknown';
    }
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** @returns undefined if the extension is missing @throws if it is disabled, as by the setting `git.enabled` */
  private async load(): Promise<GitApi | undefined> {
    if (this.api) return this.api;
    const extension = vscode.extensions.getExtension<{ getAPI(version: 1): GitApi }>('vscode.git');
    const api = (await extension?.activate())?.getAPI(1);
    if (!api) return undefined;
    this.api = api;
    const subscription = api.onDidOpenRepository(() => {
      this.opened.fire();
    });
    this.disposables.push(subscription);
    return api;
  }
}

async function isTracked(repository: Repository, path: string): Promise<boolean> {
  return repository.getObjectDetails('', path).then(
    () => true,
    () => false,
  );
}
