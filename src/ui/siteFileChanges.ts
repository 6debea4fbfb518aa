import type { SiteFileAct } from '../changes/siteFileChange';
import type { Changes } from './changes';
import type { AppTarget } from '../inventory/targets';

/** Records a change to an app's files after it was made. @param path relative to the site's home */
export async function recordSiteFile(
  changes: Pick<Changes, 'record'>,
  { connection, app }: AppTarget,
  path: string,
  act: SiteFileAct,
): Promise<void> {
  const { scmPlaceOf } = await import('../azure/appService/scm');
  changes.record(connection, { appId: app.id, ...(await scmPlaceOf(connection, app)), path, ...act });
}
