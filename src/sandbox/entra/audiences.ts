import type { Audience, Endpoints } from '../context';

/** The audience of Key Vault's data plane here: the suffix of all vaults' host names, as the challenge check of the SDKs wants it. */
export const vaultResource = 'https://vault.localhost';

/**
 * Which service a resource (of a token's `aud`, or of a scope) means; undefined for one that is not here. A slash at
 * the end makes no difference. Resource Manager goes by its classic name too, since clients ask for that one.
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
