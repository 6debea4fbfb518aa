import type { SiteFileAct } from '../changes/siteFileChange';
import type { Changes } from './changes';
import type { AppTarget } from '../inventory/targets';

/** Tells of a change of an app's files, after it was made. @param path below the site's home */
export async function recordSiteFile(
  changes: Pick<Changes, 'record'>,
  { connection, app }: AppTarget,
  path: string,
  act: SiteFileAct,
): Promise<void> {
  const { scmPlaceOf } = await import('../azure/appService/scm');
  changes.record(connection, { appId: app.id, ...(await scmPlaceOf(connection, app)), path, ...act });
}
