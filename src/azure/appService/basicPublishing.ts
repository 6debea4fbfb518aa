import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import { objectOf, stringOf } from '../core/json';
import type { FunctionApp } from '../core/model';
import { callResourceManager, listResourceManager, objectsOf } from '../core/request';

/** A way of publishing that may accept a user name and password. */
export type PublishingMethod = 'ftp' | 'scm';

/** Lets a way of publishing accept a user name and password, or not (`CsmPublishingCredentialsPoliciesEntity`). @throws AzureError */
export async function setBasicPublishing(
  c: Connection,
  { id }: Pick<FunctionApp, 'id'>,
  method: PublishingMethod,
  allow: boolean,
  signal?: AbortSignal,
): Promise<void> {
  await callResourceManager(c, {
    ...{ method: 'PUT', path: `${id}/basicPublishingCredentialsPolicies/${method}` },
    ...{ apiVersion: apiVersions.web, body: { properties: { allow } }, signal },
  });
}

/** The ways of publishing that accept a user name and password (`basicPublishingCredentialsPolicies`). @throws AzureError */
export async function listBasicPublishing(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<PublishingMethod[]> {
  const path = `${app.id}/basicPublishingCredentialsPolicies`;
  const items = objectsOf(await listResourceManager(c, { path, apiVersion: apiVersions.web, signal }));
  return (['ftp', 'scm'] as const).filter((name) => {
    const policy = items.find((item) => stringOf(item['name'])?.toLowerCase() === name);
    const { allow } = objectOf(policy?.['properties']);
    if (typeof allow === 'boolean') return allow;
    throw new AzureError(l10n.t("The response doesn't say whether the app accepts a password."), {
      code: 'BadAnswer',
    });
  });
}
