import fs from 'node:fs';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import type { CodeServer } from './codeServer';
import { startFront } from './front';
import { endStartedWith, run, startGroup, temporaryFolder, type Group } from '../processes';
import { until } from '../until';

export type Settings = Record<string, unknown>;

/** Turns off everything that distracts, prompts or calls home. Used in tests and by `npm start`. */
const QUIET_SETTINGS: Settings = {
  'workbench.startupEditor': 'none',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'workbench.settings.enableNaturalLanguageSearch': false,
  'workbench.reduceMotion': 'on',
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'git.autorefresh': false,
  'files.simpleDialog.enable': true,
  'window.dialogStyle': 'custom',
  'remote.autoForwardPorts': false,
  'typescript.disableAutomaticTypeAcquisition': true,
  'json.schemaDownload.enable': false,
};

export interface ServerOptions {
  /** User settings, which override the quiet ones. */
  settings?: Settings;
  /** Changes to this process's environment, which the extension host inherits. Undefined removes a variable. */
  env?: Record<string, string | undefined>;
  /** Where extensions are installed. An empty folder by default. */
  extensions?: string;
  /** The folder that the window opens. An empty one by default. */
  workspace?: string;
  /**
   * The names of built-in extensions to keep, folders of others, or 'all'. By default only the themes, which starts seconds
   * faster and more reliably.
   */
  builtIns?: string[] | 'all';
  /** The display language. VS Code itself has no translation for it and stays English. */
  language?: string;
  /** Whether to ask if a folder is trusted, as VS Code does by default. */
  workspaceTrust?: boolean;
}

/** A VS Code server behind a front on a free port of 127.0.0.1, with a random connection token, for one window. */
export interface Server {
  port: number;
  /** A URL with the connection token, which opens the workbench in any browser. */
  url(query: Record<string, string>): string;
  /** The user data folder, with logs/, User/settings.json and User/globalStorage/. */
  data: string;
  workspace: string;
  group: Group;
  /** Stops the server and removes its folders. */
  stop(): Promise<void>;
}

/** @throws Error with the server's output if it doesn't start */
export async function startServer(host: CodeServer, options: ServerOptions = {}): Promise<Server> {
  const work = temporaryFolder('host');
  const data = path.join(work.path, 'data');
  const workspace = options.workspace ?? path.join(work.path, 'workspace');
  const temporary = path.join(work.path, 'tmp');
  for (const folder of [path.join(data, 'User'), workspace, temporary])
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeSettings(data, options.settings);
  if (options.language) addLanguage(data, options.language);
  const token = randomBytes(24).toString('hex');
  const tokenFile = path.join(work.path, 'token');
  fs.writeFileSync(tokenFile, token, { mode: 0o600 });
  const socket = path.join(work.path, 'socket');
  const group = startGroup(
    host.node,
    [
      path.join(host.folder, 'out/server-main.js'),
      ...['--socket-path', socket, '--connection-token-file', tokenFile],
      ...folderArguments(data, options.extensions ?? path.join(work.path, 'extensions')),
      ...(options.builtIns === 'all'
        ? []
        : ['--builtin-extensions-dir', someBuiltIns(host, work.path, options.builtIns)]),
      ...(options.language ? ['--locale', options.language] : []),
      ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
      ...['--disable-telemetry', '--disable-experiments', '--log', 'info'],
    ],
    {
      cwd: workspace,
      env: {
        ...environment(work.path),
        XDG_RUNTIME_DIR: temporary,
        TMPDIR: temporary,
        ...options.env,
      },
    },
  );
  await listening(group);
  const front = await startFront(socket, token);
  return {
    port: front.port,
    url: (query) =>
      `http://127.0.0.1:${front.port}/?${new URLSearchParams({ tkn: token, ...query }).toString()}`,
    data,
    workspace,
    group,
    async stop() {
      await group.stop();
      front.close();
      // A sandbox outlives its window, and would create its folder again.
      await endStartedWith(`XDG_RUNTIME_DIR=${temporary}`);
      work.remove();
    },
  };
}

/** Installs a .vsix into a folder for ServerOptions.extensions. */
export async function installExtension(host: CodeServer, vsix: string, extensions: string): Promise<void> {
  const work = temporaryFolder('install');
  const server = path.join(host.folder, 'out/server-main.js');
  const data = path.join(work.path, 'data');
  try {
    await run(
      host.node,
      [server, ...folderArguments(data, extensions), '--install-extension', vsix, '--force'],
      {
        env: environment(work.path),
      },
    );
  } finally {
    work.remove();
  }
}

/** Writes the user settings. VS Code notices later changes only in the first window of a server. */
export function writeSettings(data: string, settings: Settings = {}): void {
  const text = JSON.stringify({ ...QUIET_SETTINGS, ...settings }, undefined, 1);
  fs.mkdirSync(path.join(data, 'User'), { recursive: true });
  fs.writeFileSync(path.join(data, 'User/settings.json'), text);
}

/** Writes what an installed but empty language pack would (languagePacks.ts in VS Code). */
function addLanguage(data: string, language: string): void {
  const translation = path.join(data, 'main.i18n.json');
  fs.writeFileSync(translation, JSON.stringify({ version: '1.0.0', contents: {} }));
  const extensions = [{ extensionIdentifier: { id: `test.${language}` }, version: '1.0.0' }];
  const pack = { hash: language, extensions, translations: { vscode: translation }, label: language };
  fs.writeFileSync(path.join(data, 'languagepacks.json'), JSON.stringify({ [language]: pack }));
}

/** Removes the marketplace, trusted certificates and the `az` login of this machine's user, for a clean start. */
function environment(work: string): Record<string, string | undefined> {
  const ofAnotherVsCode = Object.keys(process.env).filter((name) => name.startsWith('VSCODE_'));
  return {
    ...Object.fromEntries(ofAnotherVsCode.map((name) => [name, undefined])),
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    AZURE_CONFIG_DIR: path.join(work, 'azure'),
    NODE_EXTRA_CA_CERTS: undefined,
    SSL_CERT_FILE: undefined,
    NODE_OPTIONS: undefined,
  };
}

function folderArguments(data: string, extensions: string): string[] {
  return [
    '--accept-server-license-terms',
    '--server-data-dir',
    data,
    '--user-data-dir',
    data,
    '--extensions-dir',
    extensions,
  ];
}

function someBuiltIns(host: CodeServer, work: string, names = ['theme-defaults']): string {
  const folder = path.join(work, 'built-ins');
  for (const name of names)
    fs.cpSync(path.resolve(host.folder, 'extensions', name), path.join(folder, path.basename(name)), {
      recursive: true,
    });
  return folder;
}

async function listening(group: Group): Promise<void> {
  let ended: number | undefined;
  void group.exited.then(
    (code) => (ended = code),
    () => (ended = -1),
  );
  const ready = () => ended !== undefined || group.output().includes('Extension host agent listening on');
  await until(ready, { timeout: 60_000, what: 'the VS Code server' });
  if (ended !== undefined) throw new Error(`The VS Code server ended with ${ended}\n${group.output()}`);
}
