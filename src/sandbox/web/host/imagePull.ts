import { sameId } from '../../arm/ids';
import { isRecord } from '../../arm/json';
import { decide } from '../../authorization/rbac';
import type { SandboxContext } from '../../context';
import { registryPasswords } from '../../registry/provider';
import { valueOf } from '../../storage/connectionString';
import type { OtherResource, Site } from '../../world/world';
import { managedIdentity } from './connectionIdentity';
import { ConnectionError } from './connections';
import type { AppConfiguration } from './environment';

const type = 'Microsoft.ContainerRegistry/registries';

/**
 * Why App Service can't pull the image of an app, which then doesn't start; undefined if it can, or if the image is from a
 * registry that the world doesn't contain. The sandbox has no copy that would be started instead. The password may be a Key
 * Vault reference (microsoft/cobalt#206).
 */
export function imageError(
  context: SandboxContext,
  site: Site,
  { appSettings }: AppConfiguration,
): string | undefined {
  const image = site.webConfig['linuxFxVersion'];
  const name = typeof image === 'string' ? /^DOCKER\|([\w-]+)\.azurecr\.io\//i.exec(image)?.[1] : undefined;
  const registry = [...context.world.otherResources.values()].find(
    (one) => sameId(one.type, type) && sameId(one.name, name ?? ''),
  );
  if (registry === undefined || mayPull(context, site, appSettings, registry)) return undefined;
  return 'Image pull failed: Verify docker image configuration and credentials (if using private repository)';
}

/** The identity counts as soon as the configuration says so, whatever the settings contain (azure-cli#14631). */
function mayPull(
  context: SandboxContext,
  site: Site,
  appSettings: AppConfiguration['appSettings'],
  registry: OtherResource,
): boolean {
  const { world, clock } = context;
  const { acrUseManagedIdentityCreds, acrUserManagedIdentityID: clientId } = site.webConfig;
  if (acrUseManagedIdentityCreds !== true) {
    const [user, password] = ['USERNAME', 'PASSWORD'].map((part) =>
      valueOf(appSettings, `DOCKER_REGISTRY_SERVER_${part}`),
    );
    const isOn = registry.properties['adminUserEnabled'] === true;
    const isPassword = [...registryPasswords(world, registry).values()].some((one) => one === password);
    return isOn && isPassword && sameId(user ?? '', registry.name);
  }
  const { policies, roleAssignmentMode: mode } = registry.properties;
  const tokens = isRecord(policies) ? policies['azureADAuthenticationAsArmPolicy'] : undefined;
  // MicrosoftDocs/azure-docs#128528
  if (isRecord(tokens) && tokens['status'] === 'disabled') return false;
  try {
    const principalId = managedIdentity(
      site,
      typeof clientId === 'string' && clientId !== '' ? clientId : undefined,
    );
    // Azure/acr#883
    return mode === 'AbacRepositoryPermissions'
      ? decide(
          world,
          clock.now(),
          [principalId],
          `${type}/repositories/content/read`,
          'dataAction',
          registry.id,
        ).allowed
      : decide(world, clock.now(), [principalId], `${type}/pull/read`, 'action', registry.id).allowed;
  } catch (error) {
    if (error instanceof ConnectionError) return false;
    throw error;
  }
}
