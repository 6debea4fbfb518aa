import { createHash } from 'node:crypto';
import { idKey } from '../arm/ids';
import type { SandboxContext } from '../context';
import type { Answer, Call, Service } from '../server/http';
import type { Apps } from '../web/apps';
import { blockedBy } from '../web/front/ipRestrictions';
import { ipForbiddenPage, notFoundPage, stoppedPage } from '../web/front/pages';
import { isFlex } from '../web/resources/flexConsumption';
import type { Site } from '../world/world';
import { checkAccess } from './auth';
import { runCommand } from './command';
import { dockerLogs, scmEnvironment, scmSettings } from './information';
import { answerLogStream } from './logStream';
import { ForbiddenPath } from './paths';
import { answerVfs } from './vfs';

/** The SCM sites (Kudu), at `https://<app>.scm.localhost`: log stream, files, settings. */
export function createScm(context: SandboxContext, apps: Apps): Service {
  return async (call) => {
    const site = apps.findByScmHost(call.hostName);
    if (site === undefined) return notFoundPage();
    if (blockedBy(site, 'scmIpSecurityRestrictions', call.remoteAddress))
      return ipForbiddenPage(call.remoteAddress);
    if (site.state === 'Stopped' && site.siteProperties?.['scmSiteAlsoStopped'] === true)
      return stoppedPage();
    if (isConsumption(context, site) && !isRouteOfConsumption(call.path)) return { status: 404 };
    if (isFlex(context, site) && !isRouteOfFlex(call.path)) return { status: 404 };
    const answer = (await checkAccess(context, apps, site, call)) ?? (await route(context, apps, site, call));
    return { ...answer, headers: { 'set-cookie': affinityCookies(call), ...answer.headers } };
  };
}

async function route(context: SandboxContext, apps: Apps, site: Site, call: Call): Promise<Answer> {
  const [, api, area = '', relative = ''] = /^\/(api\/)?([^/]*)\/?(.*)$/s.exec(call.path) ?? [];
  switch (area.toLowerCase()) {
    case 'logstream':
      try {
        return await answerLogStream(apps, site, call, relative);
      } catch (error) {
        if (error instanceof ForbiddenPath || error instanceof URIError)
          return { status: 400, json: { Message: error.message } };
        throw error;
      }
    case 'vfs':
      if (api !== undefined) return answerVfs(context, site, call, relative, '/api/vfs');
      break;
    case 'command':
      if (api !== undefined && call.method === 'POST' && !site.reserved) return runCommand(apps, site, call);
      break;
    case 'settings':
      if (api !== undefined && call.method === 'GET') return { status: 200, json: scmSettings(site) };
      break;
    case 'environment':
      if (api !== undefined && call.method === 'GET') return { status: 200, json: scmEnvironment(site) };
      break;
    case 'logs':
      if (
        api !== undefined &&
        call.method === 'GET' &&
        site.reserved &&
        relative.replace(/\/$/, '') === 'docker'
      )
        return { status: 200, json: dockerLogs(site, call.url.origin) };
      break;
    case '':
      return {
        status: 200,
        headers: { 'content-type': 'text/html' },
        text: '<!DOCTYPE html><html><head><title>Kudu Services</title></head><body><h1>Kudu</h1></body></html>',
      };
  }
  return {
    status: 404,
    json: {
      Message: `No HTTP resource was found that matches the request URI '${call.url.origin}${call.path}'.`,
    },
  };
}

/** Whether it's a Linux app on a Consumption plan. */
function isConsumption({ world }: SandboxContext, site: Site): boolean {
  return site.reserved && world.plans.get(idKey(site.planId))?.sku.tier === 'Dynamic';
}

/**
 * Linux Consumption answers all other routes with 404 and no body, no matter who asks (KuduLite
 * LinuxConsumptionRouteMiddleware.cs).
 */
function isRouteOfConsumption(path: string): boolean {
  return (
    path === '/' ||
    /^\/(favicon\.ico|content\/images|api\/(zipdeploy|deployments|isdeploying|settings)|admin\/(instance|proxy)|deployments|zipdeploy)(\/|$)/i.test(
      path,
    )
  );
}

/**
 * Flex Consumption has no log stream (Core Tools' LogStreamAction.cs) and no files (vscode-azuretools#1547). Publishing
 * and deployments are recorded, and settings are reported (functions-action#277). That everything else is 404 is inferred.
 */
function isRouteOfFlex(path: string): boolean {
  return /^\/$|^\/api\/(publish|deployments|isdeploying|settings)(\/|$)/i.test(path);
}

// The front end sends these cookies with every answer; a client that sends them back reaches the same
// instance of a scaled-out app.
function affinityCookies(call: Call): string[] {
  const value = createHash('sha256').update(call.hostName).digest('hex');
  const rest = `${value};Path=/;HttpOnly;Secure;Domain=${call.hostName}`;
  return [
    `ARRAffinity=${rest}`,
    `ARRAffinitySameSite=${value};Path=/;HttpOnly;SameSite=None;Secure;Domain=${call.hostName}`,
  ];
}
