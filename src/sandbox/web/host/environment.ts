import { createHash } from 'node:crypto';
import path from 'node:path';
import type { SandboxContext } from '../../context';
import { parseArmId } from '../../arm/ids';
import type { Site } from '../../world/world';
import { connectionPrefixOf } from '../connectionTypes';
import type { IdentityEnvironment } from './identityEndpoint';

// These settings would control Node, the loader or Electron rather than the app. The machine belongs to the
// sandbox's user, not to the app.
const refused = /^(?:NODE_OPTIONS|NODE_PATH|NODE_CHANNEL_FD|NODE_EXTRA_CA_CERTS|ELECTRON_.*|LD_.*|DYLD_.*)$/i;

// On Windows, Node itself doesn't work without these.
const essentials = ['SystemRoot', 'windir'];

/** An app's configuration with its Key Vault references resolved. */
export interface AppConfiguration {
  appSettings: Record<string, string>;
  connectionStrings: NonNullable<Site['connectionStrings']>;
}

/**
 * The environment of an app's process: what App Service provides, and nothing from the environment of this
 * process.
 * @param identity undefined if the app has no identity; there are no identity variables then
 */
export function buildEnvironment(
  context: SandboxContext,
  site: Site,
  { appSettings, connectionStrings }: AppConfiguration,
  identity: IdentityEnvironment | undefined,
): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const name of essentials) if (process.env[name] !== undefined) env[name] = process.env[name];
  for (const [name, value] of Object.entries(appSettings)) {
    if (refused.test(name)) continue;
    env[name] = value;
    env[`APPSETTING_${name}`] = value;
  }
  for (const [name, { type, value }] of Object.entries(connectionStrings))
    env[`${connectionPrefixOf(type)}${name}`] = value;
  const [app, slot] = site.name.split('/');
  const id = parseArmId(site.id);
  Object.assign(env, {
    HOME: site.homeFolder,
    TMPDIR: path.join(site.homeFolder, 'data', 'Temp'),
    TEMP: path.join(site.homeFolder, 'data', 'Temp'),
    TMP: path.join(site.homeFolder, 'data', 'Temp'),
    REGION_NAME: site.location,
    WEBSITE_SITE_NAME: app,
    WEBSITE_SLOT_NAME: slot ?? 'Production',
    WEBSITE_HOSTNAME: `${site.defaultHostName}:${context.endpoints.sitesPort}`,
    WEBSITE_INSTANCE_ID: instanceIdOf(site),
    WEBSITE_RESOURCE_GROUP: id?.resourceGroup,
    WEBSITE_OWNER_NAME: `${id?.subscriptionId ?? ''}+${id?.resourceGroup ?? ''}`,
    AZURE_FUNCTIONS_ENVIRONMENT: 'Production',
    AZURE_AUTHORITY_HOST: context.endpoints.authority,
    NODE_EXTRA_CA_CERTS: context.caCertificateFile,
  });
  for (const name of ['IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'MSI_ENDPOINT', 'MSI_SECRET'])
    Reflect.deleteProperty(env, name);
  if (identity !== undefined) {
    Object.assign(env, {
      IDENTITY_ENDPOINT: identity.endpoint,
      IDENTITY_HEADER: identity.header,
      MSI_ENDPOINT: identity.endpoint,
      MSI_SECRET: identity.header,
    });
  }
  return env;
}

/** Stable for an app, as 64 hex digits. */
export function instanceIdOf(site: Site): string {
  return createHash('sha256').update(site.id.toLowerCase()).digest('hex');
}
