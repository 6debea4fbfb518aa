import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
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
      const { body, status } = await callResourceManager(c, {
        method: 'GET',
        path,
        apiVersion: apiVersions.web,
        signal,
      });
      const { allow } = objectOf(objectOf(body)['properties']);
      if (typeof allow === 'boolean') return allow ? [name] : [];
      throw new AzureError(l10n.t("The response doesn't say whether the app accepts a password."), {
        status,
        code: 'BadAnswer',
      });
    }),
  );
  return allowed.flat();
}
