import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { say } from './say';
import { until } from './until';

export interface GroupOptions {
  cwd?: string;
  /** Changes to this process's environment. Undefined removes a variable. */
  env?: Record<string, string | undefined>;
  /** Called with each piece of output, which is kept in any case. */
  onOutput?: (text: string) => void;
}

/** A program in a separate process group, which ends with all its children, at the latest when this process ends. */
export interface Group {
  process: ChildProcess;
  /** The exit code, or 128 + n for signal n. */
  exited: Promise<number>;
  /** Resolves with the exit code after all output has arrived. */
  closed: Promise<number>;
  /** All output so far. */
  output(): string;
  /** Sends SIGTERM to the whole group, and SIGKILL to whatever is left after three seconds. */
  stop(): Promise<void>;
}

/** @throws through `exited` if the program can't be started */
export function startGroup(command: string, args: string[], options: GroupOptions = {}): Group {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: mergedEnvironment(options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // makes it the leader of a group
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      options.onOutput?.(text);
    });
  const ending = (event: 'exit' | 'close') => {
    const code = new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once(event, (exitCode: number | null, signal: NodeJS.Signals | null) => {
        resolve(exitCode ?? 128 + (signal ? os.constants.signals[signal] : 0));
      });
    });
    code.catch(() => undefined); // the error goes to the caller that asks for it
    return code;
  };
  const exited = ending('exit');
  const closed = ending('close');
  const kill = (signal: NodeJS.Signals) => {
    signalGroup(child.pid, signal);
  };
  const atExit = () => {
    kill('SIGKILL');
  };
  endings.add(atExit);
  return {
    process: child,
    exited,
    closed,
    output: () => output,
    async stop() {
      kill('SIGTERM');
      await until(() => !groupExists(child.pid), { timeout: 3000, every: 20, what: 'the end' }).catch(
        () => undefined,
      );
      kill('SIGKILL');
      endings.delete(atExit);
      await exited.catch(() => undefined);
    },
  };
}

/**
 * Runs a program to its end without printing its output.
 * @returns its output
 * @throws Error with the output if it fails
 */
export async function run(command: string, args: string[], options: GroupOptions = {}): Promise<string> {
  const group = startGroup(command, args, options);
  const code = await group.exited;
  await group.stop();
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed (${code})\n${group.output()}`);
  return group.output();
}

/** Creates a folder (0700) with a short path that is removed at the latest when this process ends. */
export function temporaryFolder(name: string): { path: string; remove(): void } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `keyless-${name}-`));
  const remove = () => {
    endings.delete(remove);
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  endings.add(remove);
  return { path: folder, remove };
}

/**
 * Marks all processes that this process starts from now on. endMarked() then finds even those that leave their group, such
 * as a sandbox that outlives its window.
 */
export function markProcesses(): void {
  if (ownMark) return;
  ownMark = `${process.pid}-${Date.now()}`;
  process.env[MARK] = [process.env[MARK], ownMark].filter(Boolean).join(' '); // keeps the marks of an outer runner
  endings.add(() => {
    for (const { pid } of markedProcesses()) signalProcess(pid, 'SIGTERM');
  });
}

export interface FoundProcess {
  pid: number;
  command: string;
}

/** Ends marked processes with SIGTERM, and with SIGKILL after five seconds. @returns the processes that it ended */
export function endMarked(): Promise<FoundProcess[]> {
  return endAll(markedProcesses);
}

/** Ends the processes that were started with this variable (`NAME=value`), as endMarked() does. */
export function endStartedWith(variable: string): Promise<FoundProcess[]> {
  return endAll(() => processesWith((each) => each === variable));
}

async function endAll(find: () => FoundProcess[]): Promise<FoundProcess[]> {
  const found = find();
  for (const { pid } of found) signalProcess(pid, 'SIGTERM');
  await until(() => find().length === 0, { timeout: 5000, what: 'the end' }).catch(() => undefined);
  for (const { pid } of find()) signalProcess(pid, 'SIGKILL');
  return found;
}

function markedProcesses(): FoundProcess[] {
  const mark = ownMark;
  return mark ? processesWith((variable) => variable.startsWith(`${MARK}=`) && variable.includes(mark)) : [];
}

/** The processes with such a variable, found in /proc and so only on Linux. */
function processesWith(isIt: (variable: string) => boolean): FoundProcess[] {
  if (process.platform !== 'linux') return [];
  return fs
    .readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && readProc(pid, 'environ').split('\0').some(isIt))
    .map((pid) => ({ pid, command: readProc(pid, 'cmdline').replaceAll('\0', ' ').trim() }));
}

/** Whether a process runs. One that has ended but wasn't reaped yet doesn't. */
export function isAlive(pid: number): boolean {
  return signalProcess(pid, 0) && !/\) Z /.test(readProc(pid, 'stat'));
}

const MARK = 'KEYLESS_TEST_RUN';
let ownMark: string | undefined;

/** Runs before this process ends, in any way except SIGKILL. */
const endings = new Set<() => void>();

process.once('exit', () => {
  for (const end of [...endings].reverse()) end();
});

/** Ends this process and everything that it started on Ctrl+C and when its parent ends. */
export function endWithSignalsAndParent(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => process.exit(128 + os.constants.signals[signal]));
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) {
      say('The process that started this one is gone.');
      process.exit(1);
    }
  }, 1000).unref();
}

function mergedEnvironment(changes: Record<string, string | undefined> = {}): NodeJS.ProcessEnv {
  const merged = { ...process.env, ...changes };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals) {
  if (pid !== undefined) signalProcess(-pid, signal);
}

function groupExists(pid: number | undefined): boolean {
  return pid !== undefined && signalProcess(-pid, 0);
}

function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // it has ended
  }
}

function readProc(pid: number, file: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // it has ended or belongs to another user
  }
}
