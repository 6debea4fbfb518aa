import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import type { Cloud } from '../azure/core/cloud';
import { AccountError } from './accountError';
import type { SandboxRecord } from './sandboxRecord';
import { readSandboxRecord, sandboxCloud } from './sandboxRecord';

export interface SandboxPlace {
  /** Where the record is kept: a folder of this user that all windows share. */
  readonly storageFolder: string;
  /** The extension's folder, which contains dist/sandbox.js. */
  readonly extensionFolder: string;
}

/** Keeps a running sandbox alive. The sandbox ends 60 s after its last handle is released. */
export interface SandboxHandle {
  readonly record: SandboxRecord;
  readonly cloud: Cloud;
  /** Resolves when the sandbox ends or its connection is lost, but not after `release`. */
  readonly ended: Promise<void>;
  release(): void;
  /** Signs the sandbox's user in with a device code, without the sign-in page. @throws if no sign-in waits for it */
  approve(userCode: string, signal: AbortSignal): Promise<void>;
  /** Ends the sandbox for all windows. */
  stop(): Promise<void>;
}

const startTimeoutMs = 60_000;
const answerTimeoutMs = 10_000;
const pollMs = 50;

/**
 * Attaches to this user's sandbox, or starts it if it isn't running.
 * @throws AccountError with the sandbox's last output if it doesn't start
 */
export async function startSandbox(place: SandboxPlace, signal?: AbortSignal): Promise<SandboxHandle> {
  const running = await attachToRunning(place, signal);
  if (running) return running;
  return start(place, signal);
}

/** Attaches to this user's sandbox if it's running and responds. */
export async function attachToRunning(
  place: SandboxPlace,
  signal?: AbortSignal,
): Promise<SandboxHandle | undefined> {
  const record = await readSandboxRecord(recordFile(place));
  if (!record) return undefined;
  try {
    return await attach(record, signal);
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}

/** Holds `GET /attach` of the sandbox's control endpoint open. @throws if the sandbox doesn't respond */
async function attach(record: SandboxRecord, signal?: AbortSignal): Promise<SandboxHandle> {
  const cloud = await sandboxCloud(record);
  const control = new Control(record, cloud.local?.caCertificate ?? '');
  const line = await control.send('GET', '/attach', signal);
  let released = false;
  const release = () => {
    released = true;
    line.destroy();
    control.dispose();
  };
  const ended = new Promise<void>((resolve) => {
    line.on('close', () => {
      if (!released) resolve();
    });
  });
  const stop = async () => {
    // The line may close before the answer arrives.
    released = true;
    try {
      (await control.send('POST', '/stop')).destroy();
    } catch (error) {
      released = false;
      throw error;
    }
    release();
  };
  const approve = async (userCode: string, signal: AbortSignal) => {
    (await control.send('POST', '/sign-in', signal, { userCode })).destroy();
  };
  return { record, cloud, ended, release, approve, stop };
}

/** The sandbox's control endpoint. */
class Control {
  private readonly agent: Agent;

  constructor(
    private readonly record: SandboxRecord,
    private readonly ca: string,
  ) {
    this.agent = new Agent({ ca });
  }

  /** Resolves when the response begins. @throws if it isn't a success or doesn't come within seconds */
  async send(
    method: string,
    action: string,
    signal?: AbortSignal,
    body?: Record<string, string>,
  ): Promise<IncomingMessage> {
    const { hostname, host, port } = new URL(this.record.controlUrl);
    const outgoing = request({
      // A numeric address, because host names may be sent through a proxy. TLS and the Host header keep the name.
      hostname: '127.0.0.1',
      servername: hostname,
      ca: this.ca,
      port,
      method,
      path: action,
      agent: this.agent,
      headers: { host, 'x-sandbox-control': this.record.controlSecret },
    });
    outgoing.end(body && JSON.stringify(body));
    // The /attach stream outlives this call, so the signal isn't passed to the request itself.
    const patience = AbortSignal.any([AbortSignal.timeout(answerTimeoutMs), ...(signal ? [signal] : [])]);
    try {
      const [answer] = (await once(outgoing, 'response', { signal: patience })) as [IncomingMessage];
      answer.on('error', () => {
        // 'close' follows and is all that callers need.
      });
      answer.resume();
      if (answer.statusCode && answer.statusCode < 300) return answer;
      throw new Error(l10n.t('The sandbox returned status {0}.', answer.statusCode ?? 0));
    } catch (error) {
      outgoing.on('error', () => {
        // Caused by destroying the request below.
      });
      outgoing.destroy();
      throw error;
    }
  }

  dispose(): void {
    this.agent.destroy();
  }
}

async function start(place: SandboxPlace, signal: AbortSignal | undefined): Promise<SandboxHandle> {
  await mkdir(folderOf(place), { recursive: true, mode: 0o700 });
  const logFile = path.join(folderOf(place), 'sandbox.log');
  const output = await open(logFile, 'w', 0o600);
  const program = path.join(place.extensionFolder, 'dist', 'sandbox.js');
  const child = spawn(process.execPath, [program, '--record-file', recordFile(place)], {
    // The sandbox outlives this window, so it can't be its child process or write to its pipes.
    detached: true,
    stdio: ['ignore', output.fd, output.fd],
    cwd: folderOf(place),
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    windowsHide: true,
  });
  child.unref();
  const exited = once(child, 'exit').then(
    ([code]) => l10n.t("The sandbox didn't start: it exited with code {0}", String(code)),
    (error: unknown) =>
      l10n.t("The sandbox didn't start: {0}", error instanceof Error ? error.message : String(error)),
  );
  const end = async () => {
    child.kill();
    // It may write to its folder until it exits.
    await Promise.race([exited, delay(answerTimeoutMs, undefined, { ref: false })]);
  };
  try {
    const handle = await untilReady(place, exited, logFile, signal);
    // Another window's sandbox was faster. End ours, or it could take over if that one stops before ours checks.
    if (handle.record.pid !== child.pid) await end();
    return handle;
  } catch (error) {
    await end();
    throw error;
  } finally {
    await output.close();
  }
}

async function untilReady(
  place: SandboxPlace,
  exited: Promise<string>,
  logFile: string,
  signal: AbortSignal | undefined,
): Promise<SandboxHandle> {
  const deadline = Date.now() + startTimeoutMs;
  let end: string | undefined;
  void exited.then((reason) => {
    end = reason;
  });
  while (Date.now() < deadline) {
    // A process that exits at once found that another window had started a sandbox, so the record exists by now.
    const reason = end;
    const handle = await attachToRunning(place, signal);
    if (handle) return handle;
    if (reason !== undefined) {
      throw new AccountError(reason, await lastWords(logFile));
    }
    await delay(pollMs, undefined, signal ? { signal } : {});
  }
  throw new AccountError(l10n.t("The sandbox wasn't ready within a minute"), await lastWords(logFile));
}

/** The sandbox's last output. It never prints secret values. */
async function lastWords(logFile: string): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  // The line of a stack trace that names the error, or else the last line.
  const words = (lines.findLast((line) => /\bError\b.*: /.test(line)) ?? lines.at(-1) ?? '')
    .trim()
    .slice(0, 400);
  return words ? l10n.t('Its last output was: {0}', words) : l10n.t('See its log: {0}', logFile);
}

function folderOf({ storageFolder }: SandboxPlace): string {
  return path.join(storageFolder, 'sandbox');
}

function recordFile(place: SandboxPlace): string {
  return path.join(folderOf(place), 'record.json');
}
