import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';

/**
 * `/metadata/endpoints`: how a client learns about this cloud without a token.
 * 2015-01-01 is the Azure Stack format that `az cloud register` reads; 2019-05-01 lists clouds; 2022-09-01
 * describes one.
 * Field names: azure-cli core/cloud.py _arm_to_cli_mapper.
 */
export function metadataEndpoints({ endpoints }: SandboxContext, apiVersion: string): Answer {
  const audiences = [`${endpoints.resourceManager}/`, 'https://management.core.windows.net/'];
  if (apiVersion < '2019-05-01') {
    return {
      status: 200,
      json: {
        galleryEndpoint: `${endpoints.resourceManager}/`,
        graphEndpoint: `${endpoints.graph}/`,
        portalEndpoint: `${endpoints.signInPage}/`,
        // The /adfs form: given any other, MSAL in older az versions asks login.microsoftonline.com about the
        // host.
        authentication: {
          loginEndpoint: `${endpoints.authority}/adfs`,
          audiences: [`${endpoints.resourceManager}/`],
        },
      },
    };
  }
  const cloud = {
    name: 'KeylessSandbox',
    portal: endpoints.signInPage,
    authentication: {
      loginEndpoint: endpoints.authority,
      audiences,
      tenant: 'common',
      identityProvider: 'AAD',
    },
    graphAudience: `${endpoints.graph}/`,
    graph: `${endpoints.graph}/`,
    microsoftGraphResourceId: `${endpoints.graph}/`,
    appInsightsResourceId: endpoints.applicationInsights,
    resourceManager: `${endpoints.resourceManager}/`,
    media: '',
    batch: '',
    sqlManagement: '',
    gallery: `${endpoints.resourceManager}/`,
    vmImageAliasDoc: '',
    activeDirectoryDataLake: '',
    suffixes: {
      keyVaultDns: 'vault.localhost',
      storage: 'storage.localhost',
      sqlServerHostname: 'database.localhost',
      acrLoginServer: 'registry.localhost',
      mhsmDns: 'managedhsm.localhost',
    },
  };
  return { status: 200, json: apiVersion < '2022-09-01' ? [cloud] : cloud };
}
