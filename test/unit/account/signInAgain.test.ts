import assert from 'node:assert/strict';
import { signInAfter } from '../../../src/account/signInAgain';
import { listScmFolder } from '../../../src/azure/appService/scm';
import { listSecrets } from '../../../src/azure/keyVault/secrets';
import { queryInsights } from '../../../src/azure/logs/insights';
import { listFunctionApps, listKeyVaults } from '../../../src/inventory/listResources';
import { only } from '../azure/support';
import { useSandbox } from '../azure/useSandbox';

describe('after a service refused a token', () => {
  const sandbox = useSandbox();

  const ids = () => sandbox.ready.subscriptionIds;
  const calls: Record<string, [service: string, scope: () => string, call: () => Promise<unknown>]> = {
    'Key Vault': [
      'vault',
      () => `${sandbox.c.cloud.vaultAudience}/.default`,
      async () => {
        const vaults = (await listKeyVaults(sandbox.c, ids())).items;
        return listSecrets(
          sandbox.c,
          only(vaults, ({ name }) => name === 'keyless-demo-kv', 'the vault'),
        );
      },
    ],
    'App Service': [
      'scm',
      () => 'https://appservice.azure.com/.default',
      async () => {
        const apps = (await listFunctionApps(sandbox.c, ids())).items;
        return listScmFolder(
          sandbox.c,
          only(apps, ({ name }) => name === 'keyless-demo-app', 'the app'),
          'site',
        );
      },
    ],
    'Application Insights': [
      'insights',
      () => `${sandbox.c.cloud.applicationInsightsAudience}/.default`,
      () => queryInsights(sandbox.c, '00000000-0000-4000-8000-000000000000', 'traces'),
    ],
    'Resource Manager': [
      'arm',
      () => `${sandbox.c.cloud.resourceManagerAudience.replace(/\/$/, '')}/.default`,
      () =>
        listFunctionApps(sandbox.c, ids()).then(({ failures }) =>
          Promise.reject(failures[0]?.error ?? new Error()),
        ),
    ],
  };
  for (const [name, [service, scope, call]] of Object.entries(calls))
    it(`asks to sign in for ${name}, not for another service`, async () => {
      const fault = {
        service,
        status: 401,
        count: 0,
        body: { error: { code: 'Unauthorized', message: 'no' } },
      };
      if (service !== 'arm') await call().catch(() => undefined);
      await sandbox.control('POST', '/faults', fault);
      try {
        const error: unknown = await call().then(
          () => assert.fail('it succeeded'),
          (reason: unknown) => reason,
        );
        assert.deepEqual(signInAfter(error), {
          tenant: { tenantId: sandbox.c.tenantId },
          scope: scope(),
          again: true,
        });
      } finally {
        await sandbox.control('DELETE', '/faults');
      }
    });
});
