import type { PublishingMethod } from '../../azure/appService/basicPublishing';
import { listBasicPublishing } from '../../azure/appService/basicPublishing';
import { mainAppId } from '../../azure/appService/settings/slotSettings';
import { getFunctionApp, listSlots } from '../../azure/appService/sites';
import type { Connection } from '../../azure/core/connection';
import { AzureError, toAzureError } from '../../azure/core/errors';
import type { FunctionApp } from '../../azure/core/model';

/** An app or slot, and the ways of publishing to it that accept a password, or why that isn't known. */
export interface PublishingAccess {
  readonly site: FunctionApp;
  readonly accepts?: readonly PublishingMethod[];
  readonly failure?: AzureError;
}

/** Reads how an app and its slots can be published: each has policies of its own. @throws AzureError if they can't be listed */
export async function readPublishingAccess(
  c: Connection,
  appId: string,
  signal: AbortSignal,
): Promise<PublishingAccess[]> {
  const app = await getFunctionApp(c, mainAppId({ id: appId }), signal);
  const sites = [app, ...(await listSlots(c, app, signal))];
  return await Promise.all(
    sites.map(async (site): Promise<PublishingAccess> => {
      try {
        return { site, accepts: await listBasicPublishing(c, site, signal) };
      } catch (error) {
        if (error instanceof AzureError) return { site, failure: toAzureError(error) };
        throw error;
      }
    }),
  );
}
