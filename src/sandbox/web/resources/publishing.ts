import { isRecord } from '../../arm/json';
import { methodNotAllowed } from '../../arm/errors';
import type { ArmCall } from '../../arm/provider';
import type { Answer } from '../../server/http';
import { publishingUserName } from '../../scm/auth';
import type { Site } from '../../world/world';
import type { Apps } from '../apps';
import { envelope } from './envelope';
import { badRequest, cannotFind } from './webError';

/** `config/publishingcredentials/list`: the password, and an SCM URI that contains it. */
export function answerPublishingCredentials(apps: Apps, call: ArmCall, site: Site): Answer {
  if (call.method !== 'POST') throw methodNotAllowed(call.method);
  const user = publishingUserName(site);
  const password = apps.publishingPassword(site);
  const type = `${site.type}/publishingcredentials`;
  const properties = {
    name: null,
    publishingUserName: user,
    publishingPassword: password,
    publishingPasswordHash: null,
    publishingPasswordHashSalt: null,
    metadata: null,
    isDeleted: false,
    scmUri: `https://${user}:${password}@${scmHost(apps, site)}`,
  };
  const name = site.name.split('/')[0] ?? site.name;
  return {
    status: 200,
    json: envelope(site, name, properties, { id: `${site.id}/publishingcredentials/${user}`, type }),
  };
}

/** `basicPublishingCredentialsPolicies[/scm|/ftp]`. */
export async function answerPublishingPolicies(
  call: ArmCall,
  site: Site,
  [name, ...more]: string[],
): Promise<Answer> {
  if (more.length > 0) throw methodNotAllowed(call.method);
  const body = (policy: 'scm' | 'ftp'): unknown =>
    envelope(
      site,
      policy,
      { allow: site.publishingPolicies[policy] },
      {
        id: `${site.id}/basicPublishingCredentialsPolicies/${policy}`,
        type: `${site.type}/basicPublishingCredentialsPolicies`,
      },
    );
  if (name === undefined && call.method === 'GET')
    return { status: 200, json: { value: [body('ftp'), body('scm')], nextLink: null, id: null } };
  const policy = name?.toLowerCase();
  if (policy !== 'scm' && policy !== 'ftp') throw cannotFind('BasicPublishingCredentialsPolicy', name ?? '');
  if (call.method === 'PUT') {
    const sent = await call.json();
    const properties = isRecord(sent) ? sent['properties'] : undefined;
    if (!isRecord(properties) || typeof properties['allow'] !== 'boolean')
      throw badRequest('The parameter properties has an invalid value.');
    site.publishingPolicies[policy] = properties['allow'];
  } else if (call.method !== 'GET') throw methodNotAllowed(call.method);
  return { status: 200, json: body(policy) };
}

/** `publishxml`: the publish profiles, with the password. */
export function publishProfiles(apps: Apps, site: Site): Answer {
  const name = site.name.replace('/', '-');
  const common = `userName="${publishingUserName(site)}" userPWD="${apps.publishingPassword(site)}" destinationAppUrl="https://${site.defaultHostName}:${apps.context.endpoints.sitesPort}" SQLServerDBConnectionString="" mySQLDBConnectionString="" hostingProviderForumLink="" controlPanelLink="https://portal.azure.com" webSystem="WebSites"`;
  const profile = (kind: string, method: string, more: string): string =>
    `<publishProfile profileName="${name} - ${kind}" publishMethod="${method}" publishUrl="${scmHost(apps, site)}" ${more} ${common}><databases /></publishProfile>`;
  const text = `<publishData>${profile('Web Deploy', 'MSDeploy', `msdeploySite="${site.name.replace('/', '__')}"`)}${profile('Zip Deploy', 'ZipDeploy', '')}</publishData>`;
  return { status: 200, headers: { 'content-type': 'application/xml' }, text };
}

function scmHost(apps: Apps, site: Site): string {
  return `${site.scmHostName}:${apps.context.endpoints.scmPort}`;
}
