import type { Site } from '../../world/world';
import { badRequest } from './webError';

/** What Azure makes of the kind of a site with a `managedEnvironmentId` (azure-functions-on-container-apps#92 and #117). */
export const containerAppsKind = 'functionapp,linux,container,azurecontainerapps';

/** Whether a site runs on Azure Container Apps, where it has no SCM site (azure-docs#120750). */
export function isOnContainerApps({ kind }: Site): boolean {
  return kind.toLowerCase().split(',').includes('azurecontainerapps');
}

/** @throws WebError with the text of azure-functions-on-container-apps#90; its status and code are inferred */
export function refuseReferences(site: Site, settings: Record<string, unknown>): void {
  if (!isOnContainerApps(site)) return;
  const isReference = (value: unknown) =>
    typeof value === 'string' && /^\s*@Microsoft\.KeyVault\(/i.test(value);
  if (Object.values(settings).some(isReference))
    throw badRequest(
      'Key Vault References are currently not supported for Functions on ACA. Please provide another value.',
    );
}
