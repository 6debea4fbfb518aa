import { idKey } from '../../arm/ids';
import { isRecord } from '../../arm/json';
import type { SandboxContext } from '../../context';
import type { Site } from '../../world/world';
import { badRequest } from './webError';

/** Whether an app is on the Flex Consumption plan. */
export function isFlex({ world }: SandboxContext, site: Site): boolean {
  return world.plans.get(idKey(site.planId))?.sku.tier === 'FlexConsumption';
}

/** The name of an app's runtime in `functionAppConfig`, which only apps on Flex Consumption have. */
export function flexRuntimeOf(site: Site): string | undefined {
  const config = site.siteProperties?.['functionAppConfig'];
  const runtime = isRecord(config) ? config['runtime'] : undefined;
  return isRecord(runtime) && typeof runtime['name'] === 'string' ? runtime['name'] : undefined;
}

/** Flex Consumption refuses the runtime as an app setting (azure-functions-core-tools#4645, vscode-azurefunctions#4142). */
export function checkSettings(context: SandboxContext, site: Site, names: readonly string[]): void {
  if (!isFlex(context, site)) return;
  const refused = names.find((name) => name.toUpperCase() === 'FUNCTIONS_WORKER_RUNTIME');
  if (refused !== undefined)
    throw badRequest(
      `The following app setting (Site.SiteConfig.AppSettings.${refused}) for Flex Consumption sites is invalid.  Please remove or rename it before retrying.`,
    );
}
