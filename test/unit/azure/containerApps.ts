import type { FunctionApp } from '../../../src/azure/core/model';
import type { PlainClient } from '../../integration/plainClient';

/** Creates function apps on Container Apps, next to an app: one of each service, and a container app that isn't one. */
export async function toContainerApps(
  plain: PlainClient,
  { id, location }: Pick<FunctionApp, 'id' | 'location'>,
): Promise<{ readonly native: string; readonly site: string }> {
  const providers = id.slice(0, id.indexOf('/Microsoft.Web/'));
  const environmentId = `${providers}/Microsoft.App/managedEnvironments/env`;
  const native = `${providers}/Microsoft.App/containerapps/orders`;
  const site = `${providers}/Microsoft.Web/sites/orders-site`;
  const container = async (name: string, more: object) => {
    const path = `${providers}/Microsoft.App/containerApps/${name}`;
    await plain.arm('PUT', path, '2026-01-01', { location, properties: { environmentId }, ...more });
  };
  const configuration = {
    ingress: { external: true, targetPort: 80 },
    secrets: [
      { name: 'plain', value: 'hush' },
      {
        name: 'key',
        keyVaultUrl: 'https://keyless-demo-kv.vault.localhost/secrets/ASampleKey',
        identity: 'system',
      },
    ],
  };
  await container('orders', {
    ...{ kind: 'functionapp', tags: { team: 'a' } },
    properties: { environmentId, configuration },
  });
  await container('orders-web', {});
  await container('orders-inner', { kind: 'functionapp', managedBy: site });
  await plain.arm('PUT', site, '2023-12-01', {
    location,
    kind: 'functionapp',
    properties: { managedEnvironmentId: environmentId, siteConfig: { linuxFxVersion: 'DOCKER|image' } },
  });
  return { native, site };
}

/** Adds a secret to a container app. */
export async function addContainerSecret(plain: PlainClient, id: string, secret: object): Promise<void> {
  const app = (await plain.arm('GET', id, '2026-01-01')) as {
    properties: { configuration: { secrets: object[] } };
  };
  app.properties.configuration.secrets.push(secret);
  await plain.arm('PUT', id, '2026-01-01', app);
}
