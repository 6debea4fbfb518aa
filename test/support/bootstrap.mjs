// Every npm script runs this:  node test/support/bootstrap.mjs <task> [arguments]
// It needs only Node 20 and npm. It gets a Node that the newest Azure packages accept, installs node_modules as
// package-lock.json specifies, builds, and then runs the task with that Node.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const cache =
  process.env.KEYLESS_CACHE ??
  path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'keyless');

const NODE_VERSION = '24.21.0';
const OLDEST_NODE = [22, 12];

/** Tasks that aren't compiled from test/support/tasks: what to build first and what to run. */
const OWN_PROGRAMS = {
  build: { build: [], run: undefined },
  sandbox: { build: [], run: ['dist/sandbox.js'] },
  watch: { build: undefined, run: ['esbuild.mjs', '--watch', '--tests'] },
};

process.exitCode = await main(process.argv[2], process.argv.slice(3));

async function main(task, args) {
  if (task === 'node') return printNode(args[0] ?? NODE_VERSION);
  const program = OWN_PROGRAMS[task] ?? { build: ['--tests'], run: [`out/test/support/tasks/${task}.js`] };
  if (!OWN_PROGRAMS[task] && !fs.existsSync(path.join(root, `test/support/tasks/${task}.ts`))) {
    say(`Task "${task}" doesn't exist.`);
    return 2;
  }
  const node = await suitableNode();
  const env = environmentFor(node);
  await ensurePackages(env);
  if (program.build) {
    const built = await run(node, ['esbuild.mjs', ...program.build], { env });
    if (built !== 0) return built;
  }
  if (!program.run) return 0;
  return run(node, ['--enable-source-maps', ...program.run, ...args], { env, passSignals: true });
}

/** The running Node if it's new enough, or else one from npm, kept in the cache folder. */
async function suitableNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const newEnough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  return newEnough ? process.execPath : nodeIn(await installNode(NODE_VERSION));
}

async function printNode(version) {
  console.log(await installNode(version));
  return 0;
}

/** Gets Node from the npm package node-<platform>-<arch>. Safe to run twice at once, because the last step is a rename. */
async function installNode(version) {
  const folder = path.join(cache, `node-${version}`);
  if (fs.existsSync(nodeIn(folder))) return folder;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const draft = `${folder}.draft-${process.pid}`;
  fs.mkdirSync(path.join(draft, 'node'), { recursive: true });
  try {
    const done = progress(`Getting Node ${version} (npm package ${name}) into ${cache}`);
    await npm(['pack', '--silent', '--pack-destination', draft, `${name}@${version}`], { cwd: draft });
    const archive = path.join(draft, `${name}-${version}.tgz`);
    await runQuietly('tar', ['xzf', archive, '-C', path.join(draft, 'node'), '--strip-components=1']);
    moveIntoPlace(path.join(draft, 'node'), folder, nodeIn(folder));
    done();
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

function nodeIn(folder) {
  return path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

function moveIntoPlace(from, to, proof) {
  try {
    fs.renameSync(from, to);
  } catch (error) {
    if (!fs.existsSync(proof)) throw error; // otherwise, another run was faster
  }
}

/** Runs npm ci unless npm's own record of installed packages matches the lock file. */
async function ensurePackages(env) {
  if (packagesMatch()) return;
  const done = progress('Installing packages (npm ci)');
  // No dependency needs its install script. esbuild's binary is a separate package.
  await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, env });
  done();
}

function packagesMatch() {
  const wanted = readPackages(path.join(root, 'package-lock.json'));
  const installed = readPackages(path.join(root, 'node_modules/.package-lock.json'));
  if (!wanted || !installed) return false;
  const same = (a, b) => a?.version === b?.version && a?.integrity === b?.integrity;
  return (
    Object.entries(wanted).every(
      ([where, entry]) =>
        where === '' || same(entry, installed[where]) || (entry.optional && !installed[where]),
    ) && Object.keys(installed).every((where) => where in wanted)
  );
}

function readPackages(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** Makes everything that the task starts by name use the same Node. */
function environmentFor(node) {
  const pathKey = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  const searchPath = [path.dirname(node), process.env[pathKey]].filter(Boolean).join(path.delimiter);
  return { ...process.env, [pathKey]: searchPath, KEYLESS_CACHE: cache };
}

function npm(args, options) {
  const own = process.env.npm_execpath;
  if (own && /npm-cli\.c?js$/.test(own)) return runQuietly(process.execPath, [own, ...args], options);
  return runQuietly('npm', args, { ...options, shell: process.platform === 'win32' });
}

function runQuietly(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ${args.join(' ')} failed (${code})\n${output}`)),
    );
  });
}

/** @returns the exit code. With passSignals, the child decides when to end. It also ends when this process's parent does. */
function run(command, args, { env, passSignals = false }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: 'inherit' });
    const above = parents();
    const watch = setInterval(() => {
      if (parents() !== above) child.kill('SIGTERM');
    }, 1000);
    if (passSignals) {
      // In a terminal, Ctrl+C reaches the child directly.
      process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
      for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    }
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearInterval(watch);
      resolve(code ?? 128 + (os.constants.signals[signal] ?? 0));
    });
  });
}

/** This process's parent and, if that's the shell in which npm runs scripts, npm. */
function parents() {
  let ofParent = '';
  if (process.env.npm_lifecycle_event && process.platform === 'linux')
    try {
      ofParent = fs.readFileSync(`/proc/${process.ppid}/stat`, 'utf8').replace(/^.*\) \S+ (\d+) .*$/s, '$1');
    } catch {
      // it has ended, so process.ppid has changed
    }
  return `${process.ppid} ${ofParent}`;
}

function progress(label) {
  const start = Date.now();
  const seconds = () => `${((Date.now() - start) / 1000).toFixed(0)} s`;
  say(`${label} …`);
  const beat = setInterval(() => say(`${label} … ${seconds()}`), 5000);
  beat.unref();
  return () => {
    clearInterval(beat);
    say(`${label}: done in ${seconds()}`);
  };
}

function say(line) {
  console.error(`[keyless] ${line}`);
}
