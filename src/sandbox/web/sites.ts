import type { SandboxContext } from '../context';
import type { Answer, Call, Service } from '../server/http';
import type { Site } from '../world/world';
import { answerAdmin } from './front/admin';
import { blockedBy } from './front/ipRestrictions';
import { answerTrigger } from './front/httpTrigger';
import { ipForbiddenPage, landingPage, notFoundPage, stoppedPage } from './front/pages';
import type { Apps } from './apps';

/**
 * The apps themselves, at `https://<app>.sites.localhost`: HTTP-triggered functions and their host's admin
 * API.
 */
export function createSites(_context: SandboxContext, apps: Apps): Service {
  return async (call) => {
    const site = apps.findByHost(call.hostName);
    if (site === undefined) return notFoundPage();
    if (blockedBy(site, 'ipSecurityRestrictions', call.remoteAddress))
      return ipForbiddenPage(call.remoteAddress);
    if (site.state === 'Stopped' || !site.enabled) return stoppedPage();
    const answer = await route(apps, site, call);
    return { ...answer, headers: { 'request-context': 'appId=cid-v1:sandbox', ...answer.headers } };
  };
}

function route(apps: Apps, site: Site, call: Call): Promise<Answer> | Answer {
  const path = call.path.replace(/\/{2,}/g, '/');
  if (path === '/' || path === '') return landingPage();
  if (/^\/admin(\/|$)/i.test(path))
    return answerAdmin(apps, site, call, path.split('/').filter(Boolean).slice(1), false);
  return answerTrigger(apps, site, call, path);
}
