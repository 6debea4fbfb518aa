import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { objectOf } from '../core/json';
import type { FunctionApp } from '../core/model';
import { callResourceManager } from '../core/request';

/** The ways of publishing that accept a user name and password (`basicPublishingCredentialsPolicies`). @throws AzureError */
export async function listBasicPublishing(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<('ftp' | 'scm')[]> {
  const allowed = await Promise.all(
    (['ftp', 'scm'] as const).map(async (name) => {
      const path = `${app.id}/basicPublishingCredentialsPolicies/${name}`;
      const { body } = await callResourceManager(c, {
        method: 'GET',
        path,
        apiVersion: apiVersions.web,
        signal,
      });
      return objectOf(objectOf(body)['properties'])['allow'] === true ? [name] : [];
    }),
  );
  return allowed.flat();
}
