import assert from 'node:assert/strict';
import type { Clock } from '../../../../src/azure/core/clock';
import { systemClock } from '../../../../src/azure/core/clock';
import type { Connection } from '../../../../src/azure/core/connection';
import { isPending } from '../../../../src/azure/core/limits/pending';
import { explain } from '../../../../src/azure/explain/explain';
import { waitForEnd } from '../../../../src/azure/resources/operationEnd';
import { deleteResource, putResource } from '../../../../src/azure/resources/resources';
import type { Change } from '../../../../src/changes/change';
import type { AppInTheMaking } from '../../../../src/commands/longOperations';
import { LongOperations } from '../../../../src/commands/longOperations';
import { rotateKey } from '../../../../src/grants/keyAccess/rotateKey';
import { changedConnection } from '../../../support/connections';
import { until } from '../../../support/until';
import type { TestCloud } from '../servers';
import { json, siteId, testCloud, TestServer } from '../servers';

/** Azure names no limit for them, and some got stuck for hours (Azure/deployment-stacks#179). */
describe('An operation that stays InProgress', () => {
  const id = `${siteId}/slots/b`;
  const minutes = 60_000;
  let arm: TestServer;
  let cloud: TestCloud;
  let polls: number;
  let waited: number[];
  before(async () => {
    arm = await TestServer.start(({ method, url = '' }, response) => {
      const headers = { 'Azure-AsyncOperation': `https://localhost:${arm.port}/operations/1` };
      if (url.startsWith('/operations/')) {
        polls++;
        json(response, 200, { status: 'InProgress' }, { 'Retry-After': '300' });
      } else if (url.includes('/listKeys')) json(response, 200, { primaryMasterKey: 'still the old one' });
      else if (method === 'GET')
        json(response, 200, { id, name: 'b', properties: { provisioningState: 'Deleting' } });
      else json(response, method === 'PUT' ? 201 : 202, { id, status: 'InProgress' }, headers);
    });
    cloud = await testCloud({ arm: arm.port });
  });
  after(() => arm.stop());
  beforeEach(() => {
    [polls, waited] = [0, []];
  });

  /** A connection for which 80 minutes and more pass as soon as the operation was asked for. */
  function impatient(): Connection {
    const clock: Clock = {
      now: () => systemClock.now(),
      after: (milliseconds, act) => {
        waited.push(milliseconds);
        return systemClock.after(milliseconds >= 80 * minutes ? 300 : milliseconds / 50, act);
      },
    };
    return changedConnection(cloud.c, { clock });
  }

  const waits: Readonly<Record<string, (c: Connection, signal?: AbortSignal) => Promise<unknown>>> = {
    'a creation': (c, signal) => putResource(c, id, { location: 'x' }, signal),
    'a deletion': (c, signal) => deleteResource(c, id, signal),
    'one that a closed window began': (c, signal) => waitForEnd(c, id, 'absent', signal),
  };
  it('makes a new key without Keyless after 90 minutes, and nothing checks on it again', async () => {
    const account = id.replace(/Microsoft\.Web.*/, 'Microsoft.DocumentDB/databaseAccounts/a');
    const recorded: Change[] = [];
    const { signal } = new AbortController();
    const rotated = rotateKey(impatient(), account, 'primaryMasterKey', (one) => recorded.push(one), signal);
    const error: unknown = await rotated.catch((failure: unknown) => failure);
    assert.ok(isPending(error), String(error));
    const { reason, nextStep = '' } = explain(error);
    assert.match(reason, /still making the new key/);
    assert.match(nextStep, /goes on in Azure\. The activity log/);
    assert.deepEqual(
      recorded.map(({ kind }) => kind),
      ['regenerateKey'],
    );
  });

  for (const [what, wait] of Object.entries(waits)) {
    it(`is left to Azure after 90 minutes, in words: ${what}`, async () => {
      const error: unknown = await wait(impatient()).catch((failure: unknown) => failure);
      assert.ok(isPending(error), String(error));
      const { reason, nextStep } = explain(error);
      assert.match(reason, /^The operation on b hasn't ended within 90 minutes/);
      assert.match(nextStep ?? '', /goes on in Azure.*checks on it again/);
      assert.deepEqual(
        waited.filter((one) => one >= 80 * minutes),
        [90 * minutes],
      );
    });

    it(`can be canceled at any time, and isn't pending then: ${what}`, async () => {
      const stop = new AbortController();
      const seen = arm.seen.length;
      const waiting = wait(cloud.c, stop.signal);
      waiting.catch(() => undefined);
      await until(() => arm.seen.length > seen, { what: 'the first request', every: 5 });
      stop.abort();
      await assert.rejects(waiting, { name: 'AbortError' });
    });
  }

  it('is asked about as seldom as Azure says', async () => {
    await putResource(impatient(), id, { location: 'x' }).catch(() => undefined);
    assert.equal(polls, 1);
  });

  it('is remembered for the next window only then', async () => {
    const kept = new Map<string, unknown>();
    const memento = {
      keys: () => [...kept.keys()],
      get: (key: string) => kept.get(key),
      update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
    };
    const left = () => new LongOperations(memento as never).left;
    const operation = { app: {} as AppInTheMaking };
    const track = (work: () => Promise<unknown>) =>
      new LongOperations(memento as never).track(cloud.c, operation, work).catch(() => undefined);
    await track(() => Promise.resolve());
    await track(() => Promise.reject(new Error('It failed.')));
    assert.deepEqual(left(), []);
    await track(() => waitForEnd(impatient(), id, 'absent'));
    assert.equal(left().length, 1);
  });
});
