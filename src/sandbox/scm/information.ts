import fs from 'node:fs';
import path from 'node:path';
import { runtimeOf } from '../web/host/functions';
import { instanceIdOf } from '../web/host/environment';
import type { Site } from '../world/world';
import { listLogFiles } from './fileTail';

/** `GET /api/settings`: Kudu's own settings and the app settings in one flat map. Values aren't hidden. */
export function scmSettings(site: Site): Record<string, string> {
  return {
    deployment_branch: 'master',
    SCM_TRACE_LEVEL: 'Verbose',
    SCM_COMMAND_IDLE_TIMEOUT: '60',
    SCM_LOGSTREAM_TIMEOUT: '7200',
    SCM_BUILD_ARGS: '',
    SCM_USE_LIBGIT2SHARP_REPOSITORY: '0',
    WEBSITE_AUTH_ENABLED: 'False',
    WEBSITE_SITE_NAME: site.name.split('/')[0] ?? site.name,
    ScmType: 'None',
    ...site.appSettings,
  };
}

/** `GET /api/environment`. */
export function scmEnvironment(site: Site): Record<string, unknown> {
  return {
    version: site.reserved ? '20231207.1' : '103.0.7.86',
    siteLastModified: new Date(site.lastModified ?? 0).toISOString(),
    instance: { id: instanceIdOf(site), name: 'sandbox' },
    os: site.reserved ? 'Linux' : 'Windows',
    runtime: runtimeOf(site),
  };
}

const dockerLog = /^(\d{4}_\d{2}_\d{2})_(.+?)((?:_default|_easyauth|_msi)?)_docker\.log$/;
const sourceAgeMs = 7 * 24 * 60 * 60 * 1000;

/**
 * `GET /api/logs/docker` of a Linux app: the newest log of each source, leaving out those more than a week
 * older than the newest one.
 */
export function dockerLogs(site: Site, origin: string): unknown[] {
  const folder = path.join(site.homeFolder, 'LogFiles');
  if (!fs.existsSync(folder)) return [];
  const newest = new Map<string, { machineName: string; date: number; entry: unknown }>();
  for (const { file, size, mtimeMs } of listLogFiles(folder)) {
    const match = path.dirname(file) === folder ? dockerLog.exec(path.basename(file)) : null;
    if (match?.[1] === undefined || match[2] === undefined) continue;
    const source = `${match[2]}${match[3] ?? ''}`;
    const date = Date.parse(match[1].replaceAll('_', '-'));
    if ((newest.get(source)?.date ?? -Infinity) >= date) continue;
    const name = path.basename(file);
    const entry = {
      machineName: source,
      lastUpdated: new Date(mtimeMs).toISOString(),
      size,
      href: `${origin}/api/vfs/LogFiles/${encodeURIComponent(name)}`,
      path: `/home/LogFiles/${name}`,
    };
    newest.set(source, { machineName: source, date, entry });
  }
  const latest = Math.max(...[...newest.values()].map(({ date }) => date));
  return [...newest.values()].filter(({ date }) => latest - date <= sourceAgeMs).map(({ entry }) => entry);
}
