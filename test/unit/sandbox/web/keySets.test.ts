import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../../../support/paths';
import { startSandbox, type RunningSandbox } from '../../../support/sandbox';
import { skip } from '../../../support/skip';
import { Client, walkthroughIds } from './client';

const fixtures = path.join(root, '../shared/specs/fixtures');
const recordings = path.join(root, '../shared/recordings');

describe('Microsoft.Web, compared with recorded answers,', function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;
  let client: Client;
  let ids: ReturnType<typeof walkthroughIds>;

  before(async function () {
    if (!fs.existsSync(fixtures)) skip(this, 'the recorded answers are missing');
    sandbox = await startSandbox();
    endings.push(() => sandbox.stop());
    client = new Client(sandbox.ready);
    ids = walkthroughIds(sandbox.ready);
  });
  const endings: (() => Promise<void>)[] = [];
  after(async () => {
    for (const end of endings) await end();
  });

  const cases: [fixture: string, method: string, path: () => string, body?: object][] = [
    ['13', 'GET', () => ids.app],
    ['15', 'GET', () => `${ids.app}/config/web`],
    ['14', 'GET', () => `${ids.app}/config/slotConfigNames`],
    ['24', 'POST', () => `${ids.app}/host/default/listkeys`],
    [
      '25',
      'POST',
      () =>
        `/subscriptions/${sandbox.ready.subscriptionIds[0] ?? ''}/providers/Microsoft.Web/checknameavailability`,
      { name: 'free-name', type: 'Site' },
    ],
    ['30', 'GET', () => `${ids.app}/config/logs`],
    ['31', 'POST', () => `${ids.app}/config/publishingcredentials/list`],
    ['32', 'GET', () => `${ids.app}/basicPublishingCredentialsPolicies/scm`],
    [
      '23',
      'PUT',
      () => `${ids.app}/host/default/functionKeys/keyname1`,
      { properties: { name: 'keyname1', value: 'keyvalue1' } },
    ],
  ];
  for (const [fixture, method, pathOf, body] of cases) {
    it(`answers ${method} with the members of fixture ${fixture}`, async () => {
      const recorded = readFixture(fixture);
      const reply = await client.arm(method, pathOf(), body);
      assert.equal(reply.status, Number(recorded.statusCode));
      // Keys that are data (names of function keys) aren't compared; the sandbox's app may have tags.
      assert.deepEqual(shape(reply.json()), shape(recorded.body));
    });
  }

  it('returns app settings in the same envelope', async () => {
    const { body } = readFixture('07');
    const reply = await client.arm('POST', `${ids.app}/config/appsettings/list`);
    assert.deepEqual(Object.keys(reply.json()), Object.keys(body as object));
  });

  it('returns functions and plans with the same members', async () => {
    const functions = findRecorded(
      'azure-libraries-for-java__canCRUDLinuxFunctionAppPremium__2020-06-09.jsonl',
      '/functions?',
    ) as { value: unknown[] };
    const list = (await client.arm('GET', `${ids.app}/functions`)).json<{
      value: { properties: { config: object } }[];
    }>();
    assert.deepEqual(Object.keys(list), Object.keys(functions));
    const withoutConfig = (item: unknown): string[] =>
      shape(item).filter((key) => !key.startsWith('properties.config.'));
    assert.deepEqual(withoutConfig(list.value[0]), withoutConfig(functions.value[0]));
    const plan = findRecorded('azure-cli__test_download_win_web_log__2024-04-26.jsonl', '/serverfarms/');
    const [site] = [(await client.arm('GET', ids.app)).json<{ properties: { serverFarmId: string } }>()];
    assert.deepEqual(shape((await client.arm('GET', site.properties.serverFarmId)).json()), shape(plan));
  });
});

function readFixture(number: string): { statusCode: string; body: unknown } {
  const name = fs.readdirSync(fixtures).find((file) => file.startsWith(`${number}-`)) ?? '';
  return (
    JSON.parse(fs.readFileSync(path.join(fixtures, name), 'utf8')) as {
      liveResponse: { statusCode: string; body: unknown };
    }
  ).liveResponse;
}

function findRecorded(file: string, part: string): unknown {
  for (const line of fs.readFileSync(path.join(recordings, file), 'utf8').split('\n').filter(Boolean)) {
    const { request, response } = JSON.parse(line) as {
      request: { method: string; url: string };
      response: { status: number; body: unknown };
    };
    if (request.method === 'GET' && response.status === 200 && request.url.includes(part))
      return response.body;
  }
  throw new Error(`${file} has no ${part}`);
}

/**
 * The paths of all members below a value, without `identity`, tags and named keys; for lists, those of the
 * first item.
 */
function shape(value: unknown, prefix = ''): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : shape(value[0], `${prefix}[].`);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(
      ([name]) =>
        !['identity', 'tags', 'inFlightFeatures'].includes(name) && !prefix.startsWith('functionKeys.'),
    )
    .flatMap(([name, member]) => [`${prefix}${name}`, ...shape(member, `${prefix}${name}.`)])
    .sort();
}
