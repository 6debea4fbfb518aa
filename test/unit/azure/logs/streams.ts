import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LogGap, LogStreamState } from '../../../../src/azure/logs/logState';
import { openLogStream } from '../../../../src/azure/logs/logStream';
import type { LogStreamOptions } from '../../../../src/azure/logs/logStreamOptions';
import { getFunctionApp } from '../../../../src/azure/appService/sites';
import type { TlsMaterial } from '../../../../src/sandbox/server/tls';
import type { Handler } from '../servers';
import { json, siteId, siteJson, testCloud, TestServer } from '../servers';

/** Short delays, with timeouts long enough that no live stream counts as dead. */
const timing = { backoff: 5, longestBackoff: 20, silence: 5000, firstByte: 5000, connect: 5000 };

/** A log stream under test. */
export interface Run {
  readonly scm: TestServer;
  readonly lines: string[];
  readonly gaps: LogGap[];
  readonly states: LogStreamState[];
  readonly stop: AbortController;
  readonly end: Promise<LogStreamState>;
  kinds(): string[];
}

/** Log streams of SCM sites with the responses that a test chooses; `stop` stops all their servers. */
export function streams() {
  const servers: TestServer[] = [];

  /** Streams from an SCM site with this handler. */
  async function stream(
    handler: Handler,
    options: LogStreamOptions & {
      site?: Parameters<typeof siteJson>[1];
      onLines?: () => Promise<void>;
      /** The app's state that Resource Manager returns from the second request on. */
      laterState?: string;
      /** Handles requests for the log files; without it they can't be read. */
      files?: (request: IncomingMessage, response: ServerResponse) => void;
      /** The certificate that the SCM site presents instead of a trusted one. */
      tls?: TlsMaterial;
      /** The SCM site's host that Resource Manager returns instead of the server's. */
      scmHost?: string;
    } = {},
  ): Promise<Run> {
    const scm = await TestServer.start(handler, options.tls, (request, response) => {
      if (request.url?.startsWith('/api/vfs/') !== true) return false;
      if (options.files) options.files(request, response);
      else response.writeHead(403, { Connection: 'close' }).end();
      return true;
    });
    const scmHost = options.scmHost ?? `app.scm.localhost:${scm.port}`;
    const scmPort = Number(/:(\d+)$/.exec(scmHost)?.[1] ?? scm.port);
    const site = siteJson({ scm: scmHost }, options.site);
    const arm = await TestServer.start((_request, response, seen) => {
      const state = seen.length > 1 ? options.laterState : undefined;
      json(response, 200, state ? { ...site, properties: { ...site.properties, state } } : site);
    });
    servers.push(scm, arm);
    const { c } = await testCloud({ arm: arm.port, scm: scmPort }, () => Promise.resolve(true));
    const lines: string[] = [];
    const gaps: LogGap[] = [];
    const states: LogStreamState[] = [];
    const stop = new AbortController();
    const sink = {
      lines: async (batch: readonly string[]) => {
        lines.push(...batch);
        await options.onLines?.();
      },
      gap: (gap: LogGap) => void gaps.push(gap),
      state: (state: LogStreamState) => void states.push(state),
    };
    const app = await getFunctionApp(c, siteId);
    const end = openLogStream(
      c,
      app,
      { ...options, timing: { ...timing, ...options.timing } },
      sink,
      stop.signal,
    );
    return { scm, lines, gaps, states, stop, end, kinds: () => states.map(({ kind }) => kind) };
  }

  async function stop(): Promise<void> {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  }

  return { stream, stop };
}
