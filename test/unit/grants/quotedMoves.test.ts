import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Replaced } from '../../../src/grants/moveSetting';
import { replaceByReference } from '../../../src/grants/moveSetting';
import { listAppSettings } from '../../../src/azure/appService/settings/appSettings';
import { siteOf } from '../../../src/azure/appService/siteModel';
import { RushingClock } from '../../support/rushingClock';
import type { TestCloud } from '../azure/servers';
import { json, siteJson, testCloud, TestServer } from '../azure/servers';

/** App Service's own words about a reference, which Keyless shows while it knows the value. */
describe('An app service that quotes a setting in its words about a reference', () => {
  const value = 'planted/9b1d+secret value';
  const reference = '@Microsoft.KeyVault(SecretUri=https://kv.vault.localhost/secrets/Moved)';
  const name = 'TO_MOVE';
  let arm: TestServer;
  let cloud: TestCloud;
  let settings: Record<string, string>;
  /** What it says of every reference. */
  let says: { readonly status?: string; readonly details?: string };
  /** The code and text of its refusals to say anything of references. */
  let refuses: string | undefined;
  /** How many resolutions succeed before it says so. */
  let resolved: number;

  before(async () => {
    arm = await TestServer.start((request, response) => {
      const { method, url = '' } = request;
      if (/connectionstrings(\/list)?\?/.test(url)) json(response, 200, { properties: {} });
      else if (/appsettings\/list\?/.test(url)) json(response, 200, { properties: settings });
      else if (/slotConfigNames/.test(url)) json(response, 200, { properties: {} });
      else if (/configreferences/.test(url) && refuses !== undefined)
        json(response, 400, { error: { code: 'Bad', message: refuses } });
      else if (/configreferences/.test(url)) {
        const properties = resolved-- > 0 ? { status: 'Resolved' } : says;
        const names = Object.keys(settings).filter((key) => settings[key] === reference);
        json(response, 200, { value: names.map((key) => ({ name: key, properties })) });
      } else if (method === 'PUT') {
        let body = '';
        request.on('data', (chunk: Buffer) => (body += chunk.toString()));
        request.on('end', () => {
          settings = (JSON.parse(body) as { properties: typeof settings }).properties;
          json(response, 200, { properties: settings });
        });
      } else json(response, 404, {});
    });
    cloud = await testCloud({ arm: arm.port });
  });
  after(() => arm.stop());
  beforeEach(() => {
    [settings, says, refuses, resolved] = [{ [name]: value }, {}, undefined, 0];
  });

  const app = () => siteOf(cloud.c, siteJson({})) ?? assert.fail();
  const looks: unknown[] = [];
  const replace = (): Promise<Replaced> =>
    replaceByReference(
      cloud.c,
      { app: app(), name, value, reference, trial: 'KEYLESS_TRIAL' },
      { writes: () => undefined, changed: () => undefined, looked: (look) => looks.push(look) },
      new AbortController().signal,
      new RushingClock(),
    );
  const texts = (what: unknown) => inspect(what, { depth: 10 });
  const assertHidden = (what: unknown) => {
    assert.doesNotMatch(texts(what), /planted|9b1d/i);
    assert.match(texts(what), /hidden by Keyless/);
  };

  it('leaks nothing through the details or the status when a move fails before or after the swap', async () => {
    says = { status: 'SecretNotFound', details: `Not found: ${value}` };
    const before = await replace();
    assert.equal(before.kind, 'untouched');
    assertHidden(before);

    says = { status: `No ${encodeURIComponent(value)}`, details: 'x' };
    resolved = 1;
    const after = await replace();
    assert.equal(after.kind, 'back');
    assertHidden([after, looks]);
    assert.deepEqual(settings, { [name]: value });
  });

  it('leaks nothing through a refusal, and stays an error of its kind', async () => {
    refuses = `Can't resolve ${Buffer.from(value).toString('base64')}`;
    const replaced = await replace();
    assert.ok(replaced.kind === 'untouched' && 'error' in replaced.why);
    assertHidden(replaced);
    assert.equal((replaced.why.error as { code?: string }).code, 'Bad');
  });

  it('leaks nothing into the list of settings, and its own words stay', async () => {
    settings = { PLAIN: value, KIND: 'AccessToKeyVaultDenied', REF: reference };
    const details = 'Access to kv.vault.localhost was denied to secrets/Moved';
    says = { status: 'AccessToKeyVaultDenied', details: `${details}: ${value}` };
    const list = await listAppSettings(cloud.c, app());
    assertHidden(list);
    const found = list.find((one) => one.name === 'REF');
    assert.equal(found?.resolution?.status, 'AccessToKeyVaultDenied');
    assert.ok(found.resolution.details?.startsWith(details));

    refuses = `Not of ${value}`;
    assertHidden(await listAppSettings(cloud.c, app()));
  });
});
