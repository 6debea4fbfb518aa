import { signsInWithKey } from '../../access/replace/platform';
import { resourceOf } from '../../access/operations/resourceKinds';
import { nameInId } from '../../access/words/format';
import type { Fetched } from '../../azure/appService/settings/platformSignIn';
import { readPlatformSignIn } from '../../azure/appService/settings/platformSignIn';
import { isContainerApp } from '../../azure/appService/siteKind';
import type { Connection } from '../../azure/core/connection';
import type { FunctionApp } from '../../azure/core/model';

/**
 * Whether the platform fetches the package or the image of an app from a resource, as an identity.
 * @param id ARM ID of the resource or of a part of it @throws AzureError
 */
export async function isFetchedFrom(
  c: Connection,
  app: FunctionApp,
  id: string,
  signal: AbortSignal,
): Promise<boolean> {
  const fetched = isContainerApp(app) ? undefined : fetchedFrom(app, id);
  const platform = fetched && (await readPlatformSignIn(c, app, fetched, signal));
  if (!platform || signsInWithKey(platform)) return false;
  const name = nameInId(resourceOf(id)).toLowerCase();
  const [, container = ''] = /\/containers\/([^/]+)$/i.exec(id) ?? [];
  const source = platform.source.toLowerCase();
  return (
    source.startsWith(`${fetched === 'image' ? 'docker|' : 'https://'}${name}.`) &&
    `${source}/`.includes(container === '' ? '/' : `/${container.toLowerCase()}/`)
  );
}

/** Only Flex Consumption has a deployment storage. */
function fetchedFrom({ sku = '' }: FunctionApp, id: string): Fetched | undefined {
  if (/\/Microsoft\.ContainerRegistry\/registries\//i.test(id)) return 'image';
  const isBlobs = /\/storageAccounts\/[^/]+(?:\/blobServices\/.*)?$/i.test(id);
  return isBlobs && /^flexconsumption$/i.test(sku) ? 'package' : undefined;
}
