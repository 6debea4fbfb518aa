import { once } from 'node:events';
import fs from 'node:fs';
import type { ServerResponse } from 'node:http';
import type { Answer, Call } from '../server/http';
import type { Apps } from '../web/apps';
import { volatileLogsOf } from '../web/host/containerLog';
import { settingOf } from '../web/host/functions';
import type { Site } from '../world/world';
import { FileTail } from './fileTail';
import { lineFilter } from './lineFilter';
import { linuxPrelude } from './linuxPrelude';
import { nameInApp, resolveInHome } from './paths';

const defaultTimeoutSeconds = 7200;

/**
 * `GET /api/logstream[/path]`: Windows as in Kudu's LogStreamManager.cs, Linux as in KuduLite's, which
 * ignores the path, starts with the last lines of the files and sends a blank line before each batch.
 * @param relative the path after `logstream/`, percent-encoded
 */
export async function answerLogStream(apps: Apps, site: Site, call: Call, relative: string): Promise<Answer> {
  if (call.method !== 'GET') return { status: 400 };
  const folder = await resolveInHome(
    site,
    site.reserved ? 'LogFiles' : `LogFiles/${decodeURIComponent(relative)}`,
  );
  // A missing folder is created: a wrong path results in a silent stream, never in a 404.
  fs.mkdirSync(folder, { recursive: true });
  const tailed = site.reserved ? linuxFolder(site, folder, apps.context.clock.now()) : folder;
  if (!site.reserved && /^(application(\/|$)|$)/i.test(relative)) enableApplicationLogging(site);
  const contentType = site.reserved
    ? 'text/event-stream'
    : call.headers['functionsportal'] === undefined
      ? 'text/plain; charset=utf-8'
      : 'custom-functions/stream';
  return {
    status: 200,
    headers: { 'content-type': contentType, 'cache-control': 'no-cache' },
    stream: (response) => new LogStream(apps, site, call, tailed, response).run(),
  };
}

/**
 * LogFiles if at least two files in it have today's date in their names, otherwise what the container printed
 * (KuduLite LogStreamManager.cs).
 */
function linuxFolder(site: Site, logFiles: string, now: number): string {
  const today = new Date(now).toISOString().slice(0, 10).replaceAll('-', '_');
  const names = fs.readdirSync(logFiles, { recursive: true, encoding: 'utf8' });
  if (names.filter((name) => name.includes(today)).length > 1) return logFiles;
  fs.mkdirSync(volatileLogsOf(site), { recursive: true });
  return volatileLogsOf(site);
}

class LogStream {
  readonly #tail: FileTail;
  readonly #filter: ((bytes: Buffer, file: string) => Buffer) | undefined;
  readonly #newLine: string;
  #lastTrace: number;
  #ended = false;
  readonly #end = Promise.withResolvers<undefined>();
  // Resolves after the latest write: chunks are sent one after the other.
  #written: Promise<void> = Promise.resolve();

  constructor(
    private readonly apps: Apps,
    private readonly site: Site,
    private readonly call: Call,
    folder: string,
    private readonly response: ServerResponse,
  ) {
    this.#newLine = site.reserved ? '\n' : '\r\n';
    const filter = call.query.get('filter');
    this.#filter = filter === null || filter === '' ? undefined : lineFilter(filter);
    this.#lastTrace = performance.now();
    this.#tail = new FileTail(
      folder,
      (bytes, file) => this.#trace(bytes, file),
      () => void this.#fail(folder),
    );
  }

  /** Streams until the client disconnects, the timeout expires or the SCM site restarts. */
  async run(): Promise<void> {
    const { logStreamHeartbeatMs } = this.apps.timings();
    const stopListening = this.apps.onScmRestart(this.site, () => {
      void this.#finish(
        `${this.#newLine}${this.#time()}  The log-streaming session has ended. Please reconnect to continue streaming logs.${this.#newLine}`,
      );
    });
    const heartbeat = setInterval(() => {
      this.#heartbeat(logStreamHeartbeatMs);
    }, logStreamHeartbeatMs).unref();
    const timeoutSeconds = this.#timeoutSeconds();
    const timeout = setTimeout(
      () => void this.#finish(this.#timeoutText(timeoutSeconds)),
      Math.min(timeoutSeconds * 1000, 2 ** 31 - 1),
    ).unref();
    const left = (): void => {
      this.#end.resolve(undefined);
    };
    this.response.on('close', left);
    this.call.signal.addEventListener('abort', left);
    try {
      this.response.flushHeaders();
      await this.#write(this.#welcome());
      this.#tail.start();
      if (this.site.reserved)
        await this.#write(await linuxPrelude(this.site, this.call.url.origin, this.#tail.files));
      await this.#end.promise;
    } finally {
      this.#ended = true;
      this.#tail.stop();
      stopListening();
      clearInterval(heartbeat);
      clearTimeout(timeout);
      await this.#written.catch(() => undefined);
    }
  }

  #welcome(): string {
    const hint = this.site.reserved
      ? ''
      : ' The default timeout is 2 hours. Change the timeout with the App Setting SCM_LOGSTREAM_TIMEOUT (in seconds). ';
    return `${this.#time()}  Welcome, you are now connected to log-streaming service.${hint}${this.#newLine}`;
  }

  async #trace(bytes: Buffer, file: string): Promise<void> {
    const passed = this.#filter === undefined ? bytes : this.#filter(bytes, file);
    if (passed.length === 0) return;
    this.#lastTrace = performance.now();
    await this.#write(this.site.reserved ? Buffer.concat([Buffer.from('\n'), passed]) : passed);
  }

  // The heartbeat doesn't reset the count: 1, 2, 3 … minutes of silence.
  #heartbeat(interval: number): void {
    const silent = performance.now() - this.#lastTrace;
    // Timers can fire slightly early.
    if (silent < interval - 5) return;
    void this.#write(
      `${this.#time()}  No new trace in the past ${Math.round(silent / interval)} min(s).${this.#newLine}`,
    );
  }

  #timeoutSeconds(): number {
    const setting = Number(settingOf(this.site, 'SCM_LOGSTREAM_TIMEOUT') ?? '');
    return Number.isFinite(setting) && setting > 0 ? setting : defaultTimeoutSeconds;
  }

  #timeoutText(seconds: number): string {
    const minutes = Math.floor(seconds / 60);
    return this.site.reserved
      ? `${this.#time()}  Stream terminated due to timeout ${minutes} min(s).\n`
      : `${this.#time()}  The log-streaming session has ended due to timeout ${minutes} min(s).\r\n`;
  }

  /**
   * Deleting a folder makes its watcher fail (OnError, OnCriticalError; the exception's text is .NET's).
   * KuduLite's watcher polls files and never fails (NaiveFileSystemWatcher.cs).
   */
  async #fail(folder: string): Promise<void> {
    if (this.site.reserved) return;
    const why = `Could not find a part of the path '${nameInApp(this.site, folder)}'.`;
    await this.#finish(`\r\n${this.#time()}  Error has occurred and stream is terminated. ${why}\r\n`);
  }

  async #finish(text: string): Promise<void> {
    if (this.#ended) return;
    await this.#write(text);
    this.#end.resolve(undefined);
  }

  /**
   * Resolves once the client has taken the data (or is gone): the tail waits for it, so memory stays bounded.
   */
  #write(data: Buffer | string): Promise<void> {
    this.#written = this.#written.then(async () => {
      if (this.#ended || this.response.destroyed || data.length === 0) return;
      if (this.response.write(data)) return;
      await Promise.race([
        once(this.response, 'drain', { signal: this.call.signal }).catch(() => undefined),
        this.#end.promise,
      ]);
    });
    return this.#written;
  }

  #time(): string {
    return new Date(this.apps.context.clock.now()).toISOString().slice(0, 19);
  }
}

// Streaming from the root or from `application` turns on file system logging (best effort, as in Kudu).
function enableApplicationLogging(site: Site): void {
  try {
    fs.mkdirSync(`${site.homeFolder}/site/diagnostics`, { recursive: true });
    fs.writeFileSync(
      `${site.homeFolder}/site/diagnostics/settings.json`,
      '{"AzureDriveEnabled":true,"AzureDriveTraceLevel":"Error"}',
    );
  } catch {
    // Nothing depends on it.
  }
}
