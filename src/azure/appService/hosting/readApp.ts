import * as l10n from '@vscode/l10n';
import { apiVersions } from '../../core/apiVersions';
import type { Connection } from '../../core/connection';
import { AzureError } from '../../core/errors';
import type { JsonObject } from '../../core/json';
import { objectOf } from '../../core/json';
import type { FunctionApp } from '../../core/model';
import { callResourceManager } from '../../core/request';
import { isContainerApp } from '../siteKind';
import { identityIn, siteOf } from '../siteModel';
import { containerAppOf } from './containerApp';

export interface AppRead {
  readonly app: FunctionApp;
  /** What the service returned. */
  readonly json: JsonObject;
}

/** The API version for an app, which is a resource of App Service or of Container Apps. */
export function versionOfApp(id: string): string {
  return isContainerApp({ id }) ? apiVersions.containerApps : apiVersions.web;
}

/** A function app or slot, read from the service itself. @throws AzureError */
export async function readApp(c: Connection, id: string, signal: AbortSignal | undefined): Promise<AppRead> {
  const apiVersion = versionOfApp(id);
  const answer = await callResourceManager(c, { method: 'GET', path: id, apiVersion, signal });
  const json = objectOf(answer.body);
  identityIn(json);
  const app = isContainerApp({ id }) ? containerAppOf(json) : siteOf(c, json);
  if (app) return { app, json };
  throw new AzureError(l10n.t("The response isn't a function app."), {
    status: answer.status,
    code: 'BadAnswer',
  });
}
