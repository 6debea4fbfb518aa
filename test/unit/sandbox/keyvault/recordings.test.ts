import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { skip } from '../../../support/skip';
import { Harness, type HarnessOptions } from './harness';
import { sharedFolder } from './sharedFolder';
import { Replay, type Recorded } from './replay';

interface Line {
  seq: number;
  request: { method: string; url: string; body: unknown };
  response: { status: number; headers: Record<string, string | string[]>; body: unknown };
}

interface Fixture {
  liveRequest: { method: string; url: string; body?: unknown };
  liveResponse: { statusCode: string | number; headers?: Record<string, string>; body?: unknown };
}

/** Recordings that use vaults and secrets, and how many of their exchanges can be replayed here. */
const recordings: Record<string, number> = {
  'azure-cli__test_keyvault_secret__2023-07-25': 18,
  'azure-cli__test_keyvault_secret_soft_delete__2023-07-25': 8,
  'azure-cli__test_keyvault_network_rule__2024-07-01': 24,
  'azure-cli__test_keyvault_public_network_access__2023-03-21': 10,
  'azure-cli__test_keyvault_mgmt__2020-10-27': 20,
  'azure-cli__test_webapp_keyvault_addon__2024-09-04': 3,
  'azure-sdk-for-go__TestBeginRecoverDeletedSecret__2022-05-18': 12,
  'azure-sdk-for-go__TestBeginRecoverDeletedSecretRehydrated__2022-05-18': 12,
  'azure-sdk-for-go__TestSecretTags__2022-05-18': 6,
  'azure-sdk-for-js__recording_can_resume_from_a_stopped_poller_browser__2021-02-16': 10,
  'azure-sdk-for-js__recording_can_update_a_secret__2021-04-28': 8,
  'azure-sdk-for-js__recording_cant_get_a_disabled_secret__2020-06-25': 8,
  'azure-sdk-for-js__recording_cant_get_a_disabled_secret_browser__2020-06-25': 8,
  'azure-sdk-for-python__test_cli_mgmt_keyvault_async.test_keyvault__2020-07-21': 12,
  'azure-sdk-for-python__test_cli_mgmt_keyvault_async.test_keyvault__2020-09-09': 12,
  'azure-sdk-for-python__test_examples_keyvault.test_example_secrets_recover_purge__2019-04-29': 4,
  'azure-sdk-for-python__test_samples_secrets_async.test_example_secret_crud_operations__2020-07-29': 6,
  'azure-sdk-for-python__test_samples_secrets_async.test_example_secret_list_operations__2020-07-29': 8,
  'azure-service-operator__Test_KeyVault_WhenPurgeSpecified_PurgesSuccessfully__2023-11-02': 8,
  'azure-service-operator__Test_KeyVault_WhenRecoverSpecified_RecoversSuccessfully__2023-11-02': 8,
};

/** From here on, a recording lacks the exchanges (a restore) that later ones depend on. */
const incompleteFrom: Record<string, number> = { 'azure-cli__test_keyvault_secret__2023-07-25': 26 };

describe("The sandbox's Key Vault, compared with recorded traffic,", function () {
  this.timeout(30_000);
  let shared: string;
  before(function () {
    shared = sharedFolder() ?? skip(this, 'the folder of recorded traffic is not next to this checkout');
  });

  for (const [name, least] of Object.entries(recordings))
    it(`answers like ${name}`, async () => {
      const exchanges = readRecording(shared, name);
      await replay(
        exchanges.filter(({ seq }) => seq < (incompleteFrom[name] ?? Infinity)),
        least,
      );
    });

  it('answers like fixtures 33 to 58', async () => {
    const folder = path.join(shared, 'specs/fixtures');
    const files = readdirSync(folder).filter(
      (file) => Number(file.slice(0, 2)) >= 33 && Number(file.slice(0, 2)) <= 58,
    );
    const exchanges = files
      .sort()
      .map((file) => fromFixture(file, JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Fixture));
    // The fixtures are a selection from recordings, which provide what they depend on.
    const secondVersion = readRecording(shared, 'azure-cli__test_keyvault_secret__2023-07-25').filter(
      ({ seq }) => seq === 11,
    );
    const secretToDelete = readRecording(
      shared,
      'azure-cli__test_keyvault_secret_soft_delete__2023-07-25',
    ).filter(({ seq }) => seq === 3);
    const before = (seq: number) => exchanges.findIndex((exchange) => exchange.seq === seq);
    exchanges.splice(before(56), 0, ...secretToDelete);
    exchanges.splice(before(48), 0, ...secondVersion);
    await replay(exchanges, 26);
  });
});

function readRecording(shared: string, name: string): Recorded[] {
  const lines = readFileSync(path.join(shared, 'recordings', `${name}.jsonl`), 'utf8')
    .split('\n')
    .filter(Boolean);
  return lines.map((line) => withNewerAnswer(fromLine(JSON.parse(line) as Line)));
}

/**
 * In 2021, the service answered a GET of a deleted, disabled secret with another code than in 2020: azure-sdk-for-js,
 * recording_can_update_a_disabled_secret.js, 2021-04-28.
 */
function withNewerAnswer(exchange: Recorded): Recorded {
  const isOld =
    exchange.url.includes('/deletedsecrets/') &&
    JSON.stringify(exchange.body).includes('Operation get is not permitted on this object.');
  if (!isOld) return exchange;
  const message = 'Operation get is not allowed on a disabled secret.';
  return {
    ...exchange,
    body: { error: { code: 'Forbidden', message, innererror: { code: 'SecretDisabled' } } },
  };
}

async function replay(all: Recorded[], least: number): Promise<void> {
  const exchanges = all.filter(canBeSentAgain);
  const harness = await Harness.start(worldOf(exchanges));
  try {
    const replayed = new Replay(harness);
    await replayed.run(exchanges);
    assert.deepEqual(replayed.differences, []);
    assert.ok(replayed.compared >= least, `only ${replayed.compared} exchanges were compared`);
  } finally {
    await harness.stop();
  }
}

/** Vaults and secrets; not keys, certificates and private endpoints, which the sandbox doesn't have. */
function canBeSentAgain({ url, body }: Recorded): boolean {
  const text = JSON.stringify(body);
  if (/"managed":true|SecretManagedByKeyVault|ResourceGroupNotFound/.test(text)) return false;
  const { hostname, pathname } = new URL(url);
  if (hostname.endsWith('.vault.azure.net')) return /^\/+(secrets|deletedsecrets)(\/|$)/.test(pathname);
  return (
    /\/providers\/Microsoft\.KeyVault\//i.test(pathname) &&
    !/\/(keys|privateEndpoint\w+|privateLink\w+)(\/|$)/i.test(pathname)
  );
}

/** The tenant, subscription and resource groups in the recording. */
function worldOf(exchanges: Recorded[]): HarnessOptions {
  const text = exchanges
    .map(({ url, requestBody, body }) => url + JSON.stringify([requestBody, body]))
    .join('\n');
  const all = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))];
  return {
    tenantId: all(/"tenantId":"([^"]+)"/g)[0] ?? '54826b22-38d6-4fb2-bad9-b7b93a3e9c5a',
    subscriptionId: '00000000-0000-0000-0000-000000000000',
    resourceGroups: [...all(/\/resourceGroups\/([^/?"]+)/gi), 'rg'],
    userId: all(/"objectId":"([^"]+)"/g)[0] ?? crypto.randomUUID(),
  };
}

function fromLine({ seq, request, response }: Line): Recorded {
  const location = Object.entries(response.headers).find(([name]) => name.toLowerCase() === 'location')?.[1];
  return {
    seq,
    method: request.method,
    url: request.url.replace('http://localhost:1234', 'https://management.azure.com'),
    requestBody: request.body,
    status: response.status,
    ...(typeof location === 'string' ? { location } : {}),
    body: response.body,
  };
}

function fromFixture(file: string, { liveRequest, liveResponse }: Fixture): Recorded {
  const location = liveResponse.headers?.['location'];
  return {
    seq: Number(file.slice(0, 2)),
    method: liveRequest.method,
    url: liveRequest.url,
    requestBody: liveRequest.body ?? null,
    status: Number(liveResponse.statusCode),
    ...(location === undefined ? {} : { location }),
    body: liveResponse.body ?? null,
  };
}
