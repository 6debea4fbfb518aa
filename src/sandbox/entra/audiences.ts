import type { Audience, Endpoints } from '../context';

/**
 * The audience of Key Vault's data plane in the sandbox: the domain suffix of all vaults, which the SDKs'
 * challenge verification requires.
 */
export const vaultResource = 'https://vault.localhost';

/**
 * The service that a resource (from a token's `aud` or from a scope) stands for; undefined if the sandbox
 * doesn't have it. A trailing slash makes no difference. Resource Manager also answers to its classic name,
 * because clients request that one.
 */
export function audienceOf(endpoints: Endpoints, resource: string): Audience | undefined {
  const wanted = withoutSlash(resource);
  const names: [Audience, string[]][] = [
    [
      'arm',
      [
        endpoints.resourceManager,
        'https://management.core.windows.net',
        'https://management.azure.com',
        '797f4846-ba00-4fd7-ba43-dac1f8f63013',
      ],
    ],
    ['vault', [vaultResource]],
    ['storage', ['https://storage.azure.com', 'e406a681-f3d4-42a8-90b6-c2b029497af1']],
    ['graph', [endpoints.graph, graphAppId]],
    ['appService', ['https://appservice.azure.com', 'abfa0a7c-a6b6-4736-8310-5855508787cd']],
    ['applicationInsights', [endpoints.applicationInsights, 'https://api.applicationinsights.io']],
  ];
  return names.find(([, resources]) => resources.some((name) => withoutSlash(name) === wanted))?.[0];
}

/** Microsoft Graph's application ID. */
export const graphAppId = '00000003-0000-0000-c000-000000000000';

function withoutSlash(resource: string): string {
  return resource.toLowerCase().replace(/\/+$/, '');
}
