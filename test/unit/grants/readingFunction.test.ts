import assert from 'node:assert/strict';
import { changeAppSettings } from '../../../src/azure/appService/settings/appSettings';
import { writeSiteFile } from '../../../src/azure/appService/siteFiles';

import { findReadingFunction, isCallable } from '../../../src/grants/readingFunction';
import { listFunctionApps } from '../../../src/inventory/listResources';
import type { FunctionApp } from '../../../src/azure/core/model';
import { planFunction } from '../../../src/templates/readSecret';
import type { RunningSandbox } from '../../support/sandbox';
import { startSandbox } from '../../support/sandbox';
import type { TestConnection } from '../azure/support';
import { connect, only } from '../azure/support';

describe('The function that reads a secret', () => {
  let sandbox: RunningSandbox;
  let c: TestConnection;
  let apps: readonly FunctionApp[];
  beforeEach(async () => {
    sandbox = await startSandbox();
    c = connect(sandbox.ready);
    apps = (await listFunctionApps(c, sandbox.ready.subscriptionIds)).items;
  });
  afterEach(() => sandbox.stop());

  const appOf = (name: string) => only(apps, (app) => app.name === name, 'app');
  const sample = { vaultName: 'keyless-demo-kv', secretName: 'ASampleKey', identity: 'SystemAssigned' };
  const found = async (reading: object = {}, app = appOf('keyless-demo-app')) =>
    (await findReadingFunction(c, app, { ...sample, ...reading }))?.name;
  const write = (name: string, code: string) =>
    writeSiteFile(c, appOf('keyless-demo-app'), `site/wwwroot/${name}`, Buffer.from(code), '*');
  const set = (name: string, value: string) =>
    changeAppSettings(c, appOf('keyless-demo-app'), { kind: 'set', name, value });

  it("is found by a setting that its code names and that holds the secret's URI", async () => {
    assert.equal(await found(), 'ReadSecret');
    assert.equal(await found({ secretName: 'ASample' }), undefined);
    assert.equal(await found({ vaultName: 'keyless-demo' }), undefined);
  });

  it('is found by code that names the vault and the secret', async () => {
    await set('SECRET_URI', '');
    assert.equal(await found(), undefined);
    const plan = planFunction(
      { runtime: 'node', declaredInCode: false },
      {
        functionName: 'ReadSecret',
        secretUri: 'https://keyless-demo-kv.vault.azure.net/secrets/ASampleKey',
        vaultAudience: 'https://vault.azure.net',
      },
    );
    await write('ReadSecret/index.js', plan?.files['ReadSecret/index.js'] ?? assert.fail());
    assert.equal(await found(), 'ReadSecret');
  });

  it("isn't one that gets the secret by a Key Vault reference, which App Service reads", async () => {
    await set('SECRET_URI', '@Microsoft.KeyVault(VaultName=keyless-demo-kv;SecretName=ASampleKey)');
    assert.equal(await found(), undefined);
  });

  it('reads it as the identity that is asked about', async () => {
    const app = appOf('keyless-rbac-app');
    const [reader] = app.identity.userAssigned;
    assert.ok(reader);
    const secret = { vaultName: 'keyless-rbac-kv', secretName: 'DbPassword' };
    const asReader = { ...secret, identity: reader.resourceId };
    assert.equal(await found(secret, app), 'ReadSecret');
    assert.equal(await found(asReader, app), undefined);
    await changeAppSettings(c, app, { kind: 'set', name: 'AZURE_CLIENT_ID', value: reader.clientId });
    assert.equal(await found(secret, app), undefined);
    assert.equal(await found(asReader, app), 'ReadSecret');
  });

  it("isn't looked for where files can't be read", async () => {
    const secret = { vaultName: 'keyless-rbac-kv', secretName: 'DbPassword' };
    assert.equal(await found(secret, appOf('keyless-flex-app')), undefined);
  });

  it('runs by a plain GET request', () => {
    const http = { invokeUrlTemplate: 'https://app.test/api/F', authLevel: 'function', methods: [] } as const;
    const fn = { id: 'f', name: 'F', disabled: false, http };
    assert.ok(isCallable(fn));
    assert.ok(isCallable({ ...fn, http: { ...http, methods: ['GET', 'POST'] } }));
    assert.ok(!isCallable({ ...fn, http: { ...http, methods: ['POST'] } }));
    assert.ok(!isCallable({ ...fn, http: { ...http, invokeUrlTemplate: 'https://app.test/api/F/{id}' } }));
    assert.ok(!isCallable({ ...fn, disabled: true }));
    assert.ok(!isCallable({ id: 'f', name: 'F', disabled: false }));
  });
});
