import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { restoreAzureCli, signInWithAzureCli } from '../../../src/account/azureCli';
import { publicCloud } from '../../../src/azure/core/cloud';
import { scopeOf } from '../../../src/azure/core/tokens/scopes';
import { temporaryFolder } from '../../support/processes';

const scope = scopeOf(publicCloud.resourceManagerAudience);

// The stand-in responds like `az account get-access-token`. The `az` suite uses the real CLI.
describe('the account of the Azure CLI', function () {
  if (process.platform === 'win32') return;
  let work: ReturnType<typeof temporaryFolder>;
  const before = { PATH: process.env['PATH'], AZURE_CONFIG_DIR: process.env['AZURE_CONFIG_DIR'] };

  beforeEach(() => {
    work = temporaryFolder('azure-cli');
    process.env['PATH'] = `${work.path}${path.delimiter}/usr/bin${path.delimiter}/bin`;
    process.env['AZURE_CONFIG_DIR'] = work.path;
  });
  afterEach(() => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    work.remove();
  });

  function signedIn(user = 'alex@contoso.example'): void {
    const subscriptions = [
      { isDefault: false, tenantId: 't-2', user: { name: 'sam' } },
      { isDefault: true, tenantId: 't-1', user: { name: user } },
    ];
    // The CLI writes the file with a byte order mark.
    fs.writeFileSync(path.join(work.path, 'azureProfile.json'), `\uFEFF${JSON.stringify({ subscriptions })}`);
  }

  function az(script: string): void {
    const body = `#!/bin/sh\necho "$@" >> ${work.path}/calls\n${script}\n`;
    fs.writeFileSync(path.join(work.path, 'az'), body, { mode: 0o755 });
  }

  const answers = (seconds: number) => {
    const expires = Math.floor(Date.now() / 1000) + seconds;
    az(`echo '{"accessToken":"t-of-az","expires_on":${expires},"tokenType":"Bearer"}'`);
  };
  const calls = () => fs.readFileSync(path.join(work.path, 'calls'), 'utf8').trim().split('\n');

  it("is the CLI's active user in its own tenant", async () => {
    signedIn();
    answers(3600);
    const session = await signInWithAzureCli(publicCloud);
    assert.deepEqual(session.account, {
      kind: 'azureCli',
      id: 'alex@contoso.example',
      label: 'alex@contoso.example',
    });
    assert.equal(session.homeTenantId, 't-1');
    assert.match(
      calls()[0] ?? '',
      /get-access-token .*--resource https:\/\/management\.core\.windows\.net\/? .*--tenant t-1/,
    );
  });

  it('caches tokens by tenant and audience until shortly before they expire', async () => {
    signedIn();
    answers(3600);
    const session = await signInWithAzureCli(publicCloud);
    await Promise.all([1, 2, 3].map(() => session.credential(undefined).getToken(scope)));
    await session.credential('t-2').getToken(scope);
    await session.credential('t-2').getToken('https://vault.azure.net/.default');
    assert.equal(calls().length, 3);
    answers(60);
    const ending = session.credential('t-3');
    await ending.getToken(scope);
    await ending.getToken(scope);
    assert.equal(calls().length, 5);
  });

  it('asks the user to sign in if the CLI is signed out', async () => {
    answers(3600);
    await assert.rejects(signInWithAzureCli(publicCloud), {
      name: 'AccountError',
      message: /isn't signed in\. Run az login in a terminal/,
    });
    signedIn();
    az(`echo "Please run 'az login' to setup account." >&2; exit 1`);
    await assert.rejects(signInWithAzureCli(publicCloud), {
      message: /Run az login --tenant t-1 in a terminal/,
    });
  });

  // What az 2.x writes to stderr for an error of Entra ID (azure-cli, core/auth/util.py; azure-cli#31051).
  const fails = (description: string, scope: string) => {
    az(
      `echo "ERROR: ${description} Trace ID: x\nInteractive authentication is needed. Please run:\naz login --scope ${scope}" >&2; exit 1`,
    );
  };

  it('shows how to sign in for the service whose token fails', async () => {
    signedIn();
    answers(3600);
    const session = await signInWithAzureCli(publicCloud);
    for (const [service, audience] of [
      ['App Service', 'https://appservice.azure.com'],
      ['Key Vault', 'https://vault.azure.net'],
      ['Microsoft Graph', 'https://graph.microsoft.com'],
      ['Application Insights', 'https://api.applicationinsights.io'],
    ] as const) {
      const wanted = `${audience}/.default`;
      fails('AADSTS65001: The user or administrator has not consented to use the application.', wanted);
      const line = `az login --tenant t-1 --scope ${wanted}`;
      await assert.rejects(async () => session.credential(undefined).getToken(wanted), {
        reason: `The Azure CLI isn't signed in to tenant t-1 for ${service}`,
        nextStep: `Run ${line} in a terminal, and then try again.`,
        action: { title: 'Copy Command', command: 'keyless.copyText', arguments: [line] },
      });
    }
    fails('AADSTS50076: Due to a configuration change, you must use multi-factor authentication.', scope);
    await assert.rejects(async () => session.credential('t-2').getToken(scope), {
      nextStep: 'Run az login --tenant t-2 in a terminal, and then try again.',
    });
  });

  it('shows how to sign in for the service that refused its token', async () => {
    signedIn();
    const session = await restoreAzureCli(publicCloud, {
      ...{ kind: 'azureCli', id: 'alex@contoso.example', label: 'alex' },
    });
    const scope = 'https://vault.azure.net/.default';
    const line = `az login --tenant t-2 --scope ${scope}`;
    const how = { scope, withCode: () => assert.fail('no code is shown') };
    await session?.signInToTenant?.('t-2', how);
    assert.ok(session?.signInToTenant);
    await assert.rejects(session.signInToTenant('t-2', { ...how, again: true }), {
      action: { title: 'Copy Command', command: 'keyless.copyText', arguments: [line] },
    });
  });

  it("doesn't call the CLI missing or signed out if the tenant doesn't know a service", async () => {
    signedIn();
    answers(3600);
    const session = await signInWithAzureCli(publicCloud);
    const wanted = 'https://appservice.azure.com/.default';
    fails(
      'AADSTS500011: The resource principal named https://appservice.azure.com was not found in the tenant.',
      wanted,
    );
    await assert.rejects(async () => session.credential(undefined).getToken(wanted), {
      reason: /^The Azure CLI didn't return a token: .*AADSTS500011: The resource principal named/,
    });
  });

  it("reports an error if the CLI isn't installed", async () => {
    signedIn();
    process.env['PATH'] = work.path;
    await assert.rejects(signInWithAzureCli(publicCloud), {
      name: 'AccountError',
      message: /isn't installed on.*Install it/,
    });
  });

  it('tries again after a failure', async () => {
    signedIn();
    answers(3600);
    const session = await signInWithAzureCli(publicCloud);
    az('echo broken >&2; exit 1');
    const credential = session.credential('t-9');
    await assert.rejects(async () => credential.getToken(scope), {
      name: 'AccountError',
      message: /didn't return a token/,
    });
    answers(3600);
    assert.equal((await credential.getToken(scope))?.token, 't-of-az');
  });

  it('shows the command that answers a claims challenge, whatever the tenant is called', async () => {
    signedIn();
    answers(3600);
    const session = await signInWithAzureCli(publicCloud);
    const claims = '{"access_token":{"nbf":{"essential":true}}}';
    const encoded = Buffer.from(claims).toString('base64');
    await assert.rejects(async () => session.credential(undefined).getToken(scope, { claims }), {
      action: {
        title: 'Copy Command',
        command: 'keyless.copyText',
        arguments: [`az login --tenant t-1 --scope ${scope} --claims-challenge ${encoded}`],
      },
    });
    await assert.rejects(async () => session.credential('$(reboot)').getToken(scope, { claims }), {
      message: /--tenant '\$\(reboot\)' /,
    });
    assert.equal(calls().length, 1);
  });

  it('asks the CLI for another token once a claims challenge revoked the first', async () => {
    signedIn();
    answers(3600);
    const session = await signInWithAzureCli(publicCloud);
    const credential = session.credential(undefined);
    az(`echo '{"accessToken":"new","expires_on":${Math.floor(Date.now() / 1000) + 3600}}'`);
    assert.equal((await credential.getToken(scope))?.token, 't-of-az');
    await assert.rejects(async () => credential.getToken(scope, { claims: '{}' }));
    assert.equal((await credential.getToken(scope))?.token, 'new');
  });

  it('is restored without starting the CLI, and only for the same user', async () => {
    const account = { kind: 'azureCli', id: 'alex@contoso.example', label: 'alex' } as const;
    assert.equal(await restoreAzureCli(publicCloud, account), undefined);
    signedIn();
    assert.equal((await restoreAzureCli(publicCloud, account))?.homeTenantId, 't-1');
    signedIn('sam@contoso.example');
    assert.equal(await restoreAzureCli(publicCloud, account), undefined);
  });
});
