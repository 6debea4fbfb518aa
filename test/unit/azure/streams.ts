import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LogStreamState } from '../../../src/azure/logState';
import { openLogStream } from '../../../src/azure/logStream';
import type { LogStreamOptions } from '../../../src/azure/logStreamOptions';
import { getFunctionApp } from '../../../src/azure/sites';
import type { Handler } from './servers';
import { json, siteId, siteJson, testCloud, TestServer } from './servers';

/** Every wait short; a stream that is alive is told so by the test. */
const timing = { backoff: 5, longestBackoff: 20, silence: 5000, firstByte: 5000, connect: 5000 };

/** A log stream under test. */
export interface Run {
  readonly scm: TestServer;
  readonly lines: string[];
  readonly states: LogStreamState[];
  readonly stop: AbortController;
  readonly end: Promise<LogStreamState>;
  kinds(): string[];
}

/** Log streams of SCM sites that answer as a test says; `stop` ends all their servers. */
export function streams() {
  const servers: TestServer[] = [];

  /** Streams from an SCM site that answers so. */
  async function stream(
    handler: Handler,
    options: LogStreamOptions & {
      site?: Parameters<typeof siteJson>[1];
      onLines?: () => Promise<void>;
      /** What Resource Manager says of the app's state from the second time on. */
      laterState?: string;
      /** Answers for the log files; without it they can't be read. */
      files?: (request: IncomingMessage, response: ServerResponse) => void;
    } = {},
  ): Promise<Run> {
    const scm = await TestServer.start(handler, undefined, (request, response) => {
      if (request.url?.startsWith('/api/vfs/') !== true) return false;
      if (options.files) options.files(request, response);
      else response.writeHead(403, { Connection: 'close' }).end();
      return true;
    });
    const site = siteJson({ scm: `app.scm.localhost:${scm.port}` }, options.site);
    const arm = await TestServer.start((_request, response, seen) => {
      const state = seen.length > 1 ? options.laterState : undefined;
      json(response, 200, state ? { ...site, properties: { ...site.properties, state } } : site);
    });
    servers.push(scm, arm);
    const { c } = await testCloud({ arm: arm.port, scm: scm.port });
    const lines: string[] = [];
    const states: LogStreamState[] = [];
    const stop = new AbortController();
    const sink = {
      lines: async (batch: readonly string[]) => {
        lines.push(...batch);
        await options.onLines?.();
      },
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
    return { scm, lines, states, stop, end, kinds: () => states.map(({ kind }) => kind) };
  }

  async function stop(): Promise<void> {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  }

  return { stream, stop };
}
