import { envelope } from './envelope';
import { refuseReferences } from './containerAppsSite';
import { checkSettings } from './flexConsumption';
import { isRecord } from '../../arm/json';
import { methodNotAllowed } from '../../arm/errors';
import { isAtOrBelow } from '../../arm/ids';
import type { ArmCall } from '../../arm/provider';
import type { Answer } from '../../server/http';
import type { Site } from '../../world/world';
import type { Apps } from '../apps';
import { connectionTypeOf } from '../connectionTypes';
import { answerConfigReferences } from './configReferences';
import { answerPublishingCredentials } from './publishing';
import { regionName } from './siteBody';
import { badRequest, cannotFind } from './webError';
import { logsConfigOf, webConfigOf, writeLogsConfig, writeWebConfig } from './webConfig';

/** `…/sites/app/config/…`. Writes replace all app settings or connection strings, without an ETag. */
export async function answerConfig(apps: Apps, call: ArmCall, site: Site, rest: string[]): Promise<Answer> {
  const [name = '', ...more] = rest;
  switch (name.toLowerCase()) {
    case 'appsettings':
      return answerMap(apps, call, site, 'appsettings', more);
    case 'connectionstrings':
      return answerMap(apps, call, site, 'connectionstrings', more);
    case 'web':
      return answerWeb(apps, call, site);
    case 'logs':
      return answerLogs(call, site);
    case 'slotconfignames':
      return answerSlotConfigNames(apps, call, site);
    case 'publishingcredentials':
      return answerPublishingCredentials(apps, call, site);
    case 'configreferences':
      return answerConfigReferences(apps, call, site, more);
    case '':
      if (call.method === 'GET')
        return {
          status: 200,
          json: { value: [envelope(site, 'web', webConfigOf(site))], nextLink: null, id: null },
        };
      throw methodNotAllowed(call.method);
    default:
      throw cannotFind('SiteConfig', name);
  }
}

async function answerMap(
  apps: Apps,
  call: ArmCall,
  site: Site,
  name: 'appsettings' | 'connectionstrings',
  more: string[],
): Promise<Answer> {
  const current = (): Answer => ({
    status: 200,
    json: envelope(site, name, name === 'appsettings' ? site.appSettings : (site.connectionStrings ?? {})),
  });
  if (call.method === 'POST' && more[0]?.toLowerCase() === 'list') return current();
  if (call.method !== 'PUT' || more.length > 0) throw methodNotAllowed(call.method);
  const properties = await propertiesOf(call);
  const before = JSON.stringify([site.appSettings, site.connectionStrings]);
  if (name === 'appsettings') {
    checkSettings(apps.context, site, Object.keys(properties));
    refuseReferences(site, properties);
    site.appSettings = readSettings(properties);
  } else site.connectionStrings = readConnectionStrings(properties);
  site.lastModified = apps.context.clock.now();
  if (JSON.stringify([site.appSettings, site.connectionStrings]) !== before)
    await apps.configurationChanged(site);
  return current();
}

async function answerWeb(apps: Apps, call: ArmCall, site: Site): Promise<Answer> {
  if (call.method === 'PUT' || call.method === 'PATCH') {
    const properties = await propertiesOf(call);
    if (writeWebConfig(site, properties)) await apps.configurationChanged(site);
  } else if (call.method !== 'GET') throw methodNotAllowed(call.method);
  return {
    status: 200,
    json: envelope(
      site,
      call.method === 'GET' ? 'web' : (site.name.split('/').pop() ?? ''),
      webConfigOf(site),
      call.method === 'GET' ? {} : { id: site.id, type: site.type },
    ),
  };
}

async function answerLogs(call: ArmCall, site: Site): Promise<Answer> {
  if (call.method === 'PUT') {
    const properties = await propertiesOf(call);
    rejectSinksWithoutUrl(properties);
    writeLogsConfig(site, properties);
  } else if (call.method !== 'GET') throw methodNotAllowed(call.method);
  return { status: 200, json: envelope(site, 'logs', logsConfigOf(site)) };
}

/** Both belong to the storage of the app's files (vscode-azurefunctions#2476, which quotes the message). */
const neverOfSlot = /^(WEBSITE_CONTENTSHARE|WEBSITE_CONTENTAZUREFILECONNECTIONSTRING)$/i;

/** Names that stay with their slot: the app has one list for itself and all its slots. */
async function answerSlotConfigNames(apps: Apps, call: ArmCall, site: Site): Promise<Answer> {
  if (site.name.includes('/')) throw cannotFind('SiteConfig', 'slotConfigNames');
  const family = [...apps.context.world.sites.values()].filter(({ id }) => isAtOrBelow(id, site.id));
  if (call.method === 'PUT') {
    const properties = await propertiesOf(call);
    const refused = namesIn(properties['appSettingNames']).find((each) => neverOfSlot.test(each));
    if (refused !== undefined) throw badRequest(`'${refused}' cannot be a slot setting`);
    for (const member of family) {
      member.slotSettingNames = member === site ? namesIn(properties['appSettingNames']) : [];
      member.slotConnectionStringNames = member === site ? namesIn(properties['connectionStringNames']) : [];
    }
  } else if (call.method !== 'GET') throw methodNotAllowed(call.method);
  const orNull = (names: string[]): string[] | null => (names.length === 0 ? null : [...new Set(names)]);
  const properties = {
    connectionStringNames: orNull(family.flatMap((member) => member.slotConnectionStringNames ?? [])),
    appSettingNames: orNull(family.flatMap((member) => member.slotSettingNames)),
    azureStorageConfigNames: null,
  };
  return {
    status: 200,
    json: {
      id: null,
      name: site.name,
      type: 'Microsoft.Web/sites',
      location: regionName(site.location),
      properties,
    },
  };
}

// Sending a GET's body back makes the real PUT fail: a storage sink needs its SAS URL (vscode-azurefunctions,
// enableFileLogging.ts).
function rejectSinksWithoutUrl(properties: Record<string, unknown>): void {
  const logs = properties['applicationLogs'];
  if (!isRecord(logs)) return;
  for (const name of ['azureTableStorage', 'azureBlobStorage']) {
    const sink = logs[name];
    if (isRecord(sink) && typeof sink['sasUrl'] !== 'string')
      throw badRequest(`SasUrl is required for ${name}.`);
  }
}

async function propertiesOf(call: ArmCall): Promise<Record<string, unknown>> {
  const body = await call.json();
  const properties = isRecord(body) ? body['properties'] : undefined;
  if (!isRecord(properties)) throw badRequest('The parameter properties has an invalid value.');
  return properties;
}

function readSettings(properties: Record<string, unknown>): Site['appSettings'] {
  const settings: Site['appSettings'] = {};
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || typeof value === 'string') settings[name] = value;
    else if (typeof value === 'number' || typeof value === 'boolean') settings[name] = value.toString();
    else throw badRequest('The parameter properties has an invalid value.');
  }
  return settings;
}

/** Value and type are required, and other types are refused (WebApps.json; the message: azure-cli#26687, azurerm#13979). */
function readConnectionStrings(properties: Record<string, unknown>): NonNullable<Site['connectionStrings']> {
  const result: NonNullable<Site['connectionStrings']> = {};
  for (const [name, entry] of Object.entries(properties)) {
    const { value, type } = isRecord(entry) ? entry : {};
    const known = connectionTypeOf(type);
    if (typeof value !== 'string' || known === undefined)
      throw badRequest('The parameter properties has an invalid value.');
    result[name] = { value, type: known };
  }
  return result;
}

function namesIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];
}
