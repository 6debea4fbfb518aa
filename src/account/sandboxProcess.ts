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
  /** Folder of this user, shared by all windows, for the record. */
  readonly storageFolder: string;
  /** Folder of the extension, with dist/sandbox.js. */
  readonly extensionFolder: string;
}

/** A sandbox that runs, and keeps running while this is held; it ends 60 s after its last holder let go. */
export interface SandboxHandle {
  readonly record: SandboxRecord;
  readonly cloud: Cloud;
  /** Resolves when the sandbox ended or the connection to it was lost; not after `release`. */
  readonly ended: Promise<void>;
  release(): void;
  /** Ends the sandbox for all windows. */
  stop(): Promise<void>;
}

const startTimeoutMs = 60_000;
const answerTimeoutMs = 10_000;
const pollMs = 50;

/**
 * Attaches to this user's sandbox, or starts it.
 * @throws AccountError with the sandbox's own last words where it does not start
 */
export async function startSandbox(place: SandboxPlace, signal?: AbortSignal): Promise<SandboxHandle> {
  const running = await attachToRunning(place, signal);
  if (running) return running;
  return start(place, signal);
}

/** Attaches to this user's sandbox if it runs and answers. */
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

/** Holds `GET /attach` of the sandbox's control endpoint open. @throws where it does not answer */
export async function attach(record: SandboxRecord, signal?: AbortSignal): Promise<SandboxHandle> {
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
    (await control.send('POST', '/stop')).destroy();
    release();
  };
  return { record, cloud, ended, release, stop };
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

  /** Resolves with an answer that has begun. @throws unless it is a success, and comes within seconds */
  async send(method: string, action: string, signal?: AbortSignal): Promise<IncomingMessage> {
    const { hostname, host, port } = new URL(this.record.controlUrl);
    const outgoing = request({
      // By number: names may be sent to a proxy, this is not. TLS and the Host header keep the name.
      hostname: '127.0.0.1',
      servername: hostname,
      ca: this.ca,
      port,
      method,
      path: action,
      agent: this.agent,
      headers: { host, 'x-sandbox-control': this.record.controlSecret },
    });
    outgoing.end();
    // The stream of /attach outlives this, so the signal is not given to the request itself.
    const patience = AbortSignal.any([AbortSignal.timeout(answerTimeoutMs), ...(signal ? [signal] : [])]);
    try {
      const [answer] = (await once(outgoing, 'response', { signal: patience })) as [IncomingMessage];
      answer.on('error', () => {
        // 'close' follows, and says all there is to say.
      });
      answer.resume();
      if (answer.statusCode && answer.statusCode < 300) return answer;
      throw new Error(l10n.t('The sandbox answered with status {0}.', answer.statusCode ?? 0));
    } catch (error) {
      outgoing.on('error', () => {
        // Of being destroyed here.
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
    // It outlives this window, so it must neither be its child nor write to its pipes.
    detached: true,
    stdio: ['ignore', output.fd, output.fd],
    cwd: folderOf(place),
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    windowsHide: true,
  });
  child.unref();
  const exited = once(child, 'exit').then(
    ([code]) => l10n.t('The sandbox did not start: it ended with code {0}', String(code)),
    (error: unknown) =>
      l10n.t('The sandbox did not start: {0}', error instanceof Error ? error.message : String(error)),
  );
  const end = async () => {
    child.kill();
    // Until then it may still write to its folder.
    await Promise.race([exited, delay(answerTimeoutMs, undefined, { ref: false })]);
  };
  try {
    const handle = await untilReady(place, exited, logFile, signal);
    // Another window's was faster. This one must not take its place, should that one be stopped before this one looks.
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
    // A program that ends at once has found that another window started one: the record is there then.
    const reason = end;
    const handle = await attachToRunning(place, signal);
    if (handle) return handle;
    if (reason !== undefined) {
      throw new AccountError(reason, await lastWords(logFile));
    }
    await delay(pollMs, undefined, signal ? { signal } : {});
  }
  throw new AccountError(l10n.t('The sandbox did not get ready within a minute'), await lastWords(logFile));
}

/** What the sandbox said last; it says no secret values. */
async function lastWords(logFile: string): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  // Of a stack, the line that names the error; else what was said last.
  const words = (lines.findLast((line) => /\bError\b.*: /.test(line)) ?? lines.at(-1) ?? '')
    .trim()
    .slice(0, 400);
  return words ? l10n.t('It said: {0}', words) : l10n.t('Its log is {0}.', logFile);
}

function folderOf({ storageFolder }: SandboxPlace): string {
  return path.join(storageFolder, 'sandbox');
}

function recordFile(place: SandboxPlace): string {
  return path.join(folderOf(place), 'record.json');
}
