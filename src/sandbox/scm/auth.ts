import type { SandboxContext } from '../context';
import type { Answer, Call } from '../server/http';
import { decide } from '../authorization/rbac';
import type { Apps } from '../web/apps';
import { sameSecret } from '../entra/sessions';
import type { Site } from '../world/world';

/**
 * Checks access to an SCM site: it takes a bearer token for App Service whose principal has permission to
 * publish, or the publishing credentials if the app's policy allows basic authentication. It still takes a token
 * for Resource Manager, as az sends it (recorded in 2024), although that is deprecated (vscode-azuretools#2258).
 * Bodies are inferred.
 * @returns undefined if the call may proceed
 */
export async function checkAccess(
  context: SandboxContext,
  apps: Apps,
  site: Site,
  call: Call,
): Promise<Answer | undefined> {
  const authorization = call.headers.authorization;
  const basic = /^Basic (.+)$/i.exec(authorization ?? '')?.[1];
  if (basic !== undefined) return mayUseBasic(apps, site, basic) ? undefined : unauthorized();
  const verdict = await context.tokens.verify(authorization, ['appService', 'arm']);
  if (!verdict.ok) return unauthorized();
  const { objectId, groupIds } = verdict.caller;
  const allowed = decide(
    context.world,
    context.clock.now(),
    [objectId, ...groupIds],
    'Microsoft.Web/sites/publish/action',
    'action',
    site.id,
  ).allowed;
  return allowed
    ? undefined
    : page(
        403,
        '403 - Forbidden: Access is denied.',
        'You do not have permission to view this directory or page using the credentials that you supplied.',
      );
}

/** The name of the publishing user: `$app`, or `$app__slot` for a slot. */
export function publishingUserName(site: Site): string {
  return `$${site.name.replace('/', '__')}`;
}

function mayUseBasic(apps: Apps, site: Site, encoded: string): boolean {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (!site.publishingPolicies.scm || colon < 0) return false;
  const user = text.slice(0, colon).split('\\').pop() ?? '';
  return (
    user.toLowerCase() === publishingUserName(site).toLowerCase() &&
    sameSecret(text.slice(colon + 1), apps.publishingPassword(site))
  );
}

function unauthorized(): Answer {
  const answer = page(
    401,
    '401 - Unauthorized: Access is denied due to invalid credentials.',
    'You do not have permission to view this directory or page using the credentials that you supplied.',
  );
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': 'Basic realm="site"' } };
}

function page(status: number, title: string, text: string): Answer {
  return {
    status,
    headers: { 'content-type': 'text/html' },
    text: `<!DOCTYPE html>\r\n<html><head><title>${title}</title></head><body><h2>${title}</h2><h3>${text}</h3></body></html>\r\n`,
  };
}
