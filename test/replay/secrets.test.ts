import assert from 'node:assert/strict';
import { isObject, listOf, objectOf, stringOf } from '../../src/azure/core/json';
import type { KeyVault } from '../../src/azure/core/model';
import { getSecretValue, listSecrets, listSecretVersions, setSecret } from '../../src/azure/keyVault/secrets';
import { skip } from '../support/skip';
import { load, whyAbsent, withChallenge } from './recordings';

const tenantId = '54826b22-38d6-4fb2-bad9-b7b93a3e9c5a';

function vaultAt(vaultUri: string): KeyVault {
  return {
    id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v',
    name: 'v',
    subscriptionId: 's',
    resourceGroup: 'g',
    location: '',
    tenantId,
    vaultUri,
    permissionModel: 'accessPolicies',
    publicNetworkAccess: 'Enabled',
    firewall: false,
    accessPolicies: [],
    tags: {},
  };
}

describe('From recorded vaults, Keyless', () => {
  before(function () {
    const reason = whyAbsent();
    if (reason !== undefined) skip(this, reason);
  });

  const uri = 'https://cli-test-kv-se-000002.vault.azure.net';
  const recorded = () => load('azure-cli__test_keyvault_secret__');

  it('lists secrets, with a null link on the last page', async () => {
    const list = recorded().find(({ request }) => new URL(request.url).pathname === '/secrets');
    const items = listOf(objectOf(list?.response.body)['value']).filter(isObject);
    const page = await listSecrets(withChallenge(uri, tenantId, recorded()).c, vaultAt(uri));
    assert.equal(page.continuation, undefined);
    assert.deepEqual(
      page.items.map(({ id }) => id),
      items.map(({ id }) => id),
    );
    const created = objectOf(items[0]?.['attributes'])['created'];
    assert.equal(page.items[0]?.created?.getTime(), Number(created) * 1000);
    assert.deepEqual(page.items[0].tags, items[0]?.['tags']);
  });

  it('lists versions, and pages with the port in the link', async () => {
    const page = await listSecretVersions(
      withChallenge(uri, tenantId, recorded()).c,
      vaultAt(uri),
      'secret1',
    );
    assert.ok(
      page.items.length > 0 && page.items.every(({ version }) => /^[0-9a-f]{32}$/.test(version ?? '')),
    );
    const withPort = recorded().map((exchange) => {
      const isList = new URL(exchange.request.url).pathname === '/secrets';
      const body = {
        ...objectOf(exchange.response.body),
        nextLink: `${uri}:443/secrets?api-version=7.4&$skiptoken=abc&maxresults=1`,
      };
      return isList ? { ...exchange, response: { ...exchange.response, body } } : exchange;
    });
    const first = await listSecrets(withChallenge(uri, tenantId, withPort).c, vaultAt(uri));
    assert.match(first.continuation ?? '', /:443\//);
  });

  it('reads values, and creates secrets', async () => {
    const get = recorded().find(
      ({ request, response }) =>
        request.method === 'GET' &&
        response.status === 200 &&
        isObject(response.body) &&
        'value' in response.body &&
        typeof response.body['value'] === 'string',
    );
    const [, , name = ''] = new URL(get?.request.url ?? '').pathname.split('/');
    const value = await getSecretValue(
      withChallenge(
        uri,
        tenantId,
        [get].filter((exchange) => exchange !== undefined),
      ).c,
      vaultAt(uri),
      name,
    );
    assert.equal(value, objectOf(get?.response.body)['value']);
    const put = recorded().find(
      ({ request, response }) =>
        request.url.startsWith(`${uri}/secrets/`) && request.method === 'PUT' && response.status === 200,
    );
    const made = put?.request.url.split('/')[4]?.split('?')[0] ?? '';
    const info = await setSecret(
      withChallenge(
        uri,
        tenantId,
        [put].filter((exchange) => exchange !== undefined),
      ).c,
      vaultAt(uri),
      { name: made, value: 'x' },
    );
    assert.equal(info.id, stringOf(objectOf(put?.response.body)['id']));
  });
});
