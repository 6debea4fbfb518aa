import fs from 'node:fs';
import path from 'node:path';
import { installOnce } from '../installOnce';
import { cache, root } from '../paths';
import { run } from '../processes';
import { ensureSystemPackages } from './systemPackages';

/** A VS Code server with its web workbench, from the npm package code-server. */
export interface CodeServer {
  /** The version of VS Code. */
  version: string;
  node: string;
  /** The folder with out/server-main.js, extensions/ and node_modules/. */
  folder: string;
}

export type HostAge = 'latest' | 'oldest';

/** The newest VS Code, and the oldest that engines.vscode allows. */
export const HOSTS = {
  latest: { codeServer: '4.139.1', vscode: '1.139.1', node: '24.21.0' },
  oldest: { codeServer: '4.105.1', vscode: '1.105.1', node: '22.23.3' },
} as const;

/**
 * Installs the host into the cache folder if it isn't there. Uses package archives only, leaves out what neither server
 * nor workbench load, and compiles the native part that log files and output channels need.
 */
export async function ensureCodeServer(age: HostAge): Promise<CodeServer> {
  const { codeServer, node, vscode } = HOSTS[age];
  if (process.platform !== 'linux')
    throw new Error('The web workbench host runs on Linux. Set VSCODE_EXECUTABLE to a desktop VS Code.');
  const folder = path.join(cache, `code-server-${codeServer}-${RECIPE}`);
  const nodeFolder = await ensureNode(node);
  const host = { version: vscode, node: path.join(nodeFolder, 'bin/node'), folder };
  await installOnce(folder, `VS Code ${vscode} (npm package code-server ${codeServer})`, (draft) =>
    install(codeServer, nodeFolder, draft),
  );
  return host;
}

/** Part of the folder's name. Increase it when the steps below change. */
const RECIPE = 1;

/** Packages that server, extension host and workbench don't load: agents, dev containers, Windows, Kerberos proxies. */
const LEFT_OUT = [
  '@github/copilot-sdk',
  '@microsoft/mxc-sdk',
  '@devcontainers/cli',
  '@vscode/sandbox-runtime',
  '@vscode/windows-process-tree',
  '@vscode/windows-registry',
  '@vscode/sqlite3',
  'ssh2',
  'kerberos',
];

/** spdlog writes log files and output channels. Without the watchdog, every log contains an error. */
const COMPILED = ['@vscode/spdlog', '@vscode/native-watchdog', 'native-watchdog'];

async function install(version: string, nodeFolder: string, draft: string): Promise<string> {
  await ensureSystemPackages(['g++', 'make', 'python3']);
  const vscode = path.join(draft, 'vscode');
  fs.mkdirSync(vscode);
  await npm(['pack', '--silent', '--pack-destination', draft, `code-server@${version}`], draft, nodeFolder);
  await unpack(path.join(draft, `code-server-${version}.tgz`), vscode);
  const has = dependenciesOf(vscode);
  takeFromRegistry(vscode);
  // `npm uninstall` installs the shrinkwrapped tree without these packages and without running install scripts.
  await npm(['uninstall', '--ignore-scripts', ...LEFT_OUT.filter(has)], vscode, nodeFolder);
  await npm(['rebuild', '--ignore-scripts=false', ...COMPILED.filter(has)], vscode, nodeFolder);
  prune(path.join(vscode, 'node_modules'));
  return vscode;
}

async function unpack(archive: string, folder: string): Promise<void> {
  const inside = 'package/lib/vscode';
  const without = ['*.map', `${inside}/extensions/copilot`, `${inside}/extensions/mermaid-markdown-features`];
  await run('tar', [
    'xzf',
    archive,
    '-C',
    folder,
    '--strip-components=3',
    ...without.map((name) => `--exclude=${name}`),
    inside,
  ]);
}

interface Manifest {
  dependencies: Record<string, string>;
}

function dependenciesOf(folder: string): (name: string) => boolean {
  const { dependencies } = readJson(path.join(folder, 'package.json')) as Manifest;
  return (name) => name in dependencies;
}

/** VS Code 1.105 gets its file watcher's source from a GitHub commit. The registry has the same version, compiled. */
function takeFromRegistry(folder: string): void {
  const manifestFile = path.join(folder, 'package.json');
  const lockFile = path.join(folder, 'npm-shrinkwrap.json');
  const manifest = readJson(manifestFile) as Manifest;
  const lock = readJson(lockFile) as { packages: Record<string, Manifest & { version: string }> };
  for (const [name, range] of Object.entries(manifest.dependencies)) {
    const locked = lock.packages[`node_modules/${name}`];
    const top = lock.packages[''];
    if (!range.includes('/') || !locked || !top) continue;
    manifest.dependencies[name] = top.dependencies[name] = locked.version;
    lock.packages = Object.fromEntries(Object.entries(lock.packages).filter(([, entry]) => entry !== locked));
  }
  fs.writeFileSync(manifestFile, JSON.stringify(manifest));
  fs.writeFileSync(lockFile, JSON.stringify(lock));
}

function readJson(file: string): unknown {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

/** Removes files left over from compiling, and binaries for other systems. */
function prune(modules: string): void {
  const remove = (...parts: string[]) => {
    fs.rmSync(path.join(modules, ...parts), { recursive: true, force: true });
  };
  for (const name of COMPILED)
    for (const part of ['build/Release/obj.target', 'build/Release/.deps', 'deps']) remove(name, part);
  for (const part of ['third_party', 'deps']) remove('node-pty', part);
  const others = (folder: string, keep: string) => {
    if (!fs.existsSync(path.join(modules, folder))) return;
    for (const name of fs.readdirSync(path.join(modules, folder)))
      if (!name.includes(keep)) remove(folder, name);
  };
  others('node-pty/prebuilds', `linux-${process.arch}`);
  others('@vscode/ripgrep-universal/bin', `linux-${process.arch}`);
}

/** Gets a Node with the bootstrap program, which prints the folder on the last line of standard output. */
async function ensureNode(version: string): Promise<string> {
  const bootstrap = path.join(root, 'test/support/bootstrap.mjs');
  const output = await run(process.execPath, [bootstrap, 'node', version], {
    onOutput: (text) => {
      if (text.startsWith('[keyless]')) process.stderr.write(text);
    },
  });
  return output.trim().split('\n').at(-1) ?? '';
}

async function npm(args: string[], folder: string, nodeFolder: string): Promise<void> {
  const env = {
    PATH: `${path.join(nodeFolder, 'bin')}:${process.env.PATH ?? ''}`,
    npm_config_nodedir: nodeFolder, // has the headers, which node-gyp would download otherwise
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    npm_config_loglevel: 'error',
    npm_config_omit: 'dev',
  };
  await run('npm', args, { cwd: folder, env });
}
