import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import type { LogStreamCause } from '../../../../src/azure/logs/logState';
import type { Lasting } from './endings';
import { at, endings, lasts, leave, named, open, untilOver, welcome } from './endings';
import type { TestServer } from '../servers';

/** One way in which a log stream, or an attempt to connect it, ends. */
interface End {
  readonly what: string;
  /** The response to the first request, and to every later one if the cause persists. */
  readonly answer: (response: ServerResponse, site: TestServer) => unknown;
  readonly cause: LogStreamCause;
  readonly reason: RegExp;
  /** How the stream ends if the cause persists; absent if it reconnects every time. */
  readonly lasting?: Lasting;
}

const page = (status: number, text = '') => ({
  status,
  text: `<html><head><title>${text}</title></head><body><h1>${text}</h1></body></html>`,
});
const refuse =
  ({ status, text }: { status: number; text: string }, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    response.writeHead(status, { 'Content-Type': 'text/html', ...headers }).end(text);
const message = (status: number, text: string) => (response: ServerResponse) =>
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify({ Message: text }));
const say = (text: string) => (response: ServerResponse) =>
  response.writeHead(200, { 'Content-Type': 'text/plain' }).end(`${welcome}a line\r\n${text}`);
const once = { attempts: 1 };
const patient = { attempts: 10 };

const ends: readonly End[] = [
  {
    what: "Kudu's time limit for a stream is reached",
    answer: say(`${at}The log-streaming session has ended due to timeout 120 min(s).\r\n`),
    cause: 'timeout',
    reason: /^The service ends every log stream after some time\.$/,
  },
  {
    what: "KuduLite's time limit for a stream is reached",
    answer: say(`${at}Stream terminated due to timeout 120 min(s).\n`),
    cause: 'timeout',
    reason: /^The service ends every log stream after some time\.$/,
  },
  {
    what: 'the SCM site restarts',
    answer: say(
      `\r\n${at}The log-streaming session has ended. Please reconnect to continue streaming logs.\r\n`,
    ),
    cause: 'restart',
    reason: /^The SCM site restarted, as it does whenever settings change\.$/,
  },
  {
    what: "the service's watcher fails",
    answer: say(
      `\r\n${at}Error has occurred and stream is terminated. Too many changes at once in directory.\r\n`,
    ),
    cause: 'serviceError',
    reason: /^The service couldn't read the log files anymore\.$/,
  },
  {
    what: 'the service ends it without a reason',
    answer: say(''),
    cause: 'closed',
    reason: /^The service closed the stream\.$/,
  },
  {
    what: 'the connection is reset',
    answer: (response, site) => {
      response.writeHead(200).write(`${welcome}a line\r\n`, () => {
        site.reset();
      });
    },
    cause: 'cut',
    reason: /^The connection to Azure was lost\.$/,
  },
  {
    what: 'the sign-in is rejected',
    answer: refuse(page(401, '401 - Unauthorized: Access is denied due to invalid credentials.')),
    cause: 'unauthorized',
    reason: /^The SCM site app\.scm\.localhost:\d+ denied access \(401\)\.$/,
    lasting: { attempts: 2, nextStep: /Website Contributor/ },
  },
  {
    what: 'the required permission is missing',
    answer: refuse(page(403, '403 - Forbidden: Access is denied.')),
    cause: 'forbidden',
    reason: /^The SCM site app\.scm\.localhost:\d+ denied access \(403\)\.$/,
    lasting: { ...once, nextStep: /Website Contributor/ },
  },
  {
    what: 'an access restriction blocks the address',
    answer: refuse(
      page(403, 'Error 403 - Forbidden The web app you have attempted to reach has blocked your access.'),
    ),
    cause: 'ipForbidden',
    reason: /access/i,
    lasting: { ...once, nextStep: /Access restrictions/ },
  },
  {
    what: 'the SCM site is stopped with its app',
    answer: refuse(page(403, 'Error 403 - This web app is stopped.')),
    cause: 'appStopped',
    reason: /stopped/,
    lasting: { ...once, nextStep: /Start/ },
  },
  {
    what: 'the site does not exist',
    answer: refuse(page(404, '404 Web Site not found.')),
    cause: 'notFound',
    reason: /not found/i,
    lasting: { ...once, nextStep: /deleted or moved/ },
  },
  {
    what: 'the site is being changed',
    answer: message(409, 'There is a deployment currently in progress.'),
    cause: 'conflict',
    reason: /being changed by someone else.*deployment currently in progress/,
    lasting: { ...patient, nextStep: /start streaming again/ },
  },
  {
    what: 'a cold site cannot be reached yet',
    answer: refuse(page(502, '502 - Web server received an invalid response')),
    cause: 'unavailable',
    reason: /^app\.scm\.localhost:\d+ is temporarily unavailable \(502\)\. It may still be starting\.$/,
    lasting: { ...patient, nextStep: /app is running/ },
  },
  {
    what: 'a cold site is not serving requests yet',
    answer: refuse(page(503, 'Service Unavailable')),
    cause: 'unavailable',
    reason: /^app\.scm\.localhost:\d+ is temporarily unavailable \(503\)\. It may still be starting\.$/,
    lasting: { ...patient, nextStep: /app is running/ },
  },
  {
    what: 'there were too many requests',
    answer: refuse(page(429, 'Too many requests.'), { 'Retry-After': '20' }),
    cause: 'throttled',
    reason: /Too many requests were sent/,
    lasting: { ...patient, nextStep: /20 seconds/ },
  },
  {
    what: 'the connection is lost before the response',
    answer: (response) => response.destroy(),
    cause: 'cut',
    reason: /^The connection to app\.scm\.localhost:\d+ was lost\.$/,
    lasting: { ...patient, nextStep: /Check your connection/ },
  },
];

describe('ends of a log stream', function () {
  this.timeout(20_000);
  const { start, stop } = endings();
  afterEach(stop);

  for (const { what, answer, cause, reason, lasting } of ends) {
    it(`${cause}: ${what}`, async () => {
      const passes = lasting === undefined || lasting.attempts === patient.attempts;
      if (passes) {
        const run = await start((_request, response, seen, site) =>
          seen.length > 1 ? open(response) : answer(response, site),
        );
        const first = await named(run);
        assert.ok(first.kind === 'reconnecting', JSON.stringify(first));
        assert.deepEqual([first.cause, run.clock.now(), first.expected], [cause, 0, false]);
        assert.match(first.reason, reason);
        assert.ok(first.delayMs <= 30_000);
        await untilOver(run, 'live');
        await leave(run);
      }
      if (lasting)
        await lasts(await start((_request, response, _seen, site) => answer(response, site)), {
          ...{ cause, reason },
          ...lasting,
        });
    });
  }

  it('appStopped and unsupportedPlan: known before any request', async () => {
    for (const [site, cause] of [
      [{ kind: 'functionapp,linux', sku: 'Dynamic' }, 'unsupportedPlan'],
      [{ kind: 'functionapp,linux', sku: 'FlexConsumption' }, 'unsupportedPlan'],
      [{ state: 'Stopped' }, 'appStopped'],
    ] as const) {
      const run = await start(
        (_request, response) => {
          open(response);
        },
        { site },
      );
      await lasts(run, {
        cause,
        reason: /doesn't provide a log stream|stopped/,
        nextStep: /Insights|Start the app/,
        attempts: 1,
      });
      assert.equal(run.scm.seen.length, 0);
    }
  });
});
