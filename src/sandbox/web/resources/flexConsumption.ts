import { idKey, sameId } from '../../arm/ids';
import { isRecord } from '../../arm/json';
import type { SandboxContext } from '../../context';
import type { Site } from '../../world/world';
import { badRequest } from './webError';

/** Whether an app is on the Flex Consumption plan. */
export function isFlex({ world }: SandboxContext, { planId }: Pick<Site, 'planId'>): boolean {
  return world.plans.get(idKey(planId))?.sku.tier === 'FlexConsumption';
}

/** The name of an app's runtime in `functionAppConfig`, which only apps on Flex Consumption have. */
export function flexRuntimeOf(site: Site): string | undefined {
  const config = site.siteProperties?.['functionAppConfig'];
  const runtime = isRecord(config) ? config['runtime'] : undefined;
  return isRecord(runtime) && typeof runtime['name'] === 'string' ? runtime['name'] : undefined;
}

/** Flex Consumption refuses the runtime as an app setting (azure-functions-core-tools#4645, vscode-azurefunctions#4142). */
export function checkSettings(
  context: SandboxContext,
  site: Pick<Site, 'planId'>,
  names: readonly string[],
): void {
  if (!isFlex(context, site)) return;
  const refused = names.find((name) => name.toUpperCase() === 'FUNCTIONS_WORKER_RUNTIME');
  if (refused !== undefined)
    throw badRequest(
      `The following app setting (Site.SiteConfig.AppSettings.${refused}) for Flex Consumption sites is invalid.  Please remove or rename it before retrying.`,
    );
}

/** Each way to sign in to the deployment storage, with the only member that it needs (CommonDefinitions.json: FunctionsDeployment). */
const signIns: Readonly<Record<string, string | undefined>> = {
  SystemAssignedIdentity: undefined,
  UserAssignedIdentity: 'userAssignedIdentityResourceId',
  StorageAccountConnectionString: 'storageAccountConnectionStringName',
};

/**
 * Checks `functionAppConfig.deployment` of a write. "Do not set a value for this property when using other authentication type"
 * is documented; that the service refuses it, and its texts, are inferred. The Azure CLI names an identity before it assigns it.
 */
export function checkDeployment(context: SandboxContext, site: Pick<Site, 'planId'>, config: unknown): void {
  if (config === undefined || config === null) return;
  if (!isFlex(context, site))
    throw badRequest('FunctionAppConfig is only supported for Flex Consumption sites.');
  const deployment = isRecord(config) ? config['deployment'] : undefined;
  if (deployment === undefined || deployment === null) return;
  const storage = isRecord(deployment) ? deployment['storage'] : undefined;
  const { type, value, authentication } = isRecord(storage) ? storage : {};
  const isPlace = typeof type === 'string' && /^blobContainer$/i.test(type) && typeof value === 'string';
  if (!isPlace || !isRecord(authentication))
    throw badRequest('Site.FunctionAppConfig.Deployment.Storage is invalid.');
  const signIn = Object.keys(signIns).find((one) => sameId(one, String(authentication['type'])));
  const needed = signIns[signIn ?? ''];
  const isSet = (member: string | undefined) => member !== undefined && Boolean(authentication[member]);
  const other = Object.values(signIns).find((member) => member !== needed && isSet(member));
  if (signIn === undefined || (needed !== undefined && !isSet(needed)) || other !== undefined)
    throw badRequest('Site.FunctionAppConfig.Deployment.Storage.Authentication is invalid.');
}
