import { errorOf, ids, type Harness, type RawAnswer } from './harness';

/** The version of Resource Manager requests, unless a test specifies another. */
export const v = 'api-version=2023-07-01';

export interface VaultAnswer {
  id: string;
  name: string;
  location: string;
  properties: Record<string, unknown> & {
    accessPolicies: { objectId: string; permissions: Record<string, string[]> }[];
  };
}

/** Requests to Microsoft.KeyVault in the harness's first resource group, as its owner. */
export class VaultCalls {
  /** The path of the collection. */
  readonly path: string;

  constructor(private readonly harness: Harness) {
    this.path = `${harness.groupId}/providers/Microsoft.KeyVault/vaults`;
  }

  put(name: string, properties: object = {}, version: string = v): Promise<RawAnswer> {
    return this.harness.manage('PUT', `${this.path}/${name}?${version}`, vaultBody(properties));
  }

  async get(name: string): Promise<VaultAnswer> {
    return (await this.harness.manage('GET', `${this.path}/${name}?${v}`)).json as VaultAnswer;
  }

  changePolicies(name: string, operation: string, accessPolicies: unknown[]): Promise<RawAnswer> {
    return this.harness.manage('PUT', `${this.path}/${name}/accessPolicies/${operation}?${v}`, {
      properties: { accessPolicies },
    });
  }
}

/** The body of a PUT that creates a vault. */
export function vaultBody(properties: object = {}, more: object = {}): object {
  return {
    location: 'westeurope',
    ...more,
    properties: {
      tenantId: ids.tenant,
      sku: { family: 'A', name: 'standard' },
      accessPolicies: [],
      ...properties,
    },
  };
}

/** The status and code of an error. */
export function failure(answer: RawAnswer): [number, string | undefined] {
  return [answer.status, errorOf(answer).code];
}
