import { invalidResourceType } from '../arm/errors';
import { ArmError, type ArmCall } from '../arm/provider';
import type { SandboxContext } from '../context';

export const namespace = 'Microsoft.KeyVault';

/** The versions that `/providers` lists and error texts name. The previews are those in azure-rest-api-specs. */
export const apiVersions = [
  ...['2026-02-01', '2025-05-01', '2024-12-01-preview', '2024-11-01', '2024-04-01-preview'],
  ...['2023-08-01-preview', '2023-07-01', '2023-02-01', '2022-11-01', '2022-07-01', '2022-02-01-preview'],
  ...['2021-11-01-preview', '2021-10-01', '2021-06-01-preview', '2021-04-01-preview', '2020-04-01-preview'],
  ...['2019-09-01', '2018-02-14', '2018-02-14-preview', '2016-10-01', '2015-06-01'],
];

/**
 * The setting `vaultApiVersions` stands for a cloud that has only these.
 * @throws ArmError 400 NoRegisteredProviderFound for a vault (azure-cli#18006, #23888), 404 InvalidResourceType otherwise
 * (azure-cli#27967)
 */
export function checkVersion({ settings, world }: SandboxContext, call: ArmCall): void {
  const supported = settings.vaultApiVersions ?? apiVersions;
  if (supported.includes(call.apiVersion)) return;
  const [type, name] = call.rest;
  if (type?.toLowerCase() !== 'vaults' || name === undefined)
    throw invalidResourceType(namespace, call, supported);
  const location = world.vaults.get(call.resourceId.toLowerCase())?.location ?? 'westeurope';
  throw new ArmError(
    400,
    'NoRegisteredProviderFound',
    `No registered resource provider found for location '${location}' and API version '${call.apiVersion}' for type 'vaults'. The supported api-versions are '${supported.join(', ')}'. The supported locations are 'westeurope, northeurope, eastus, westus, francecentral'.`,
    { 'x-ms-failure-cause': 'gateway' },
  );
}
