import type { PipelineResponse } from '@azure/core-rest-pipeline';
import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import { readAppSettings } from '../appService/appSettings';
import { partsOfId } from '../core/armId';
import type { Connection } from '../core/connection';
import { AzureError, errorOfAnswer } from '../core/errors';
import type { JsonObject } from '../core/json';
import { isObject, listOf, objectOf, parseJson, stringOf } from '../core/json';
import type { FunctionApp } from '../core/model';
import { keptPipeline } from '../core/pipeline';
import { callResourceManager, failureOf } from '../core/request';
import { queryResourceGraph } from '../core/resourceGraph';
import { scopeOf } from '../core/scopes';
import { listSubscriptions } from '../directory/subscriptions';

/** Where an app's telemetry is stored, and how its rows are identified there. */
export interface InsightsSource {
  /** The application ID that queries use, which is neither the resource ID nor the instrumentation key. */
  readonly appId: string;
  /** The `cloud_RoleName` of the app's telemetry. */
  readonly roleName: string;
}

/**
 * Finds the Application Insights resource that an app logs to by its connection string, its instrumentation key, or the
 * link that the portal adds to the app's tags, in this order. Undefined if there is none or the account can't see it.
 * @throws AzureError
 */
export async function findInsights(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<InsightsSource | undefined> {
  const settings = await readAppSettings(c, app, signal);
  const setting = (name: string) =>
    [...settings].find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  const connectionString = setting('APPLICATIONINSIGHTS_CONNECTION_STRING') ?? '';
  const roleName = setting('WEBSITE_CLOUD_ROLENAME') ?? roleNameOf(app);
  const key = partOf(connectionString, 'InstrumentationKey') ?? setting('APPINSIGHTS_INSTRUMENTATIONKEY');
  const appId =
    guid(partOf(connectionString, 'ApplicationId')) ??
    (guid(key) ? await appIdOfKey(c, guid(key) ?? '', signal) : await appIdOfLink(c, app, signal));
  return appId === undefined ? undefined : { appId, roleName };
}

/**
 * The rows of a query, by column name (AppInsights.json of azure-rest-api-specs). Dynamic columns are returned as text.
 * @throws AzureError
 */
export async function queryInsights(
  c: Connection,
  appId: string,
  query: string,
  signal?: AbortSignal,
): Promise<JsonObject[]> {
  const url = new URL(c.cloud.applicationInsightsAudience);
  url.pathname = `/v1/apps/${encodeURIComponent(appId)}/query`;
  let response: PipelineResponse;
  try {
    const scope = scopeOf(c.cloud.applicationInsightsAudience);
    response = await keptPipeline(c, { kind: 'applicationInsights', scope }).sendRequest(
      c.http,
      createPipelineRequest({
        url: url.href,
        method: 'POST',
        headers: createHttpHeaders({ Accept: 'application/json', 'Content-Type': 'application/json' }),
        body: JSON.stringify({ query }),
        ...(signal ? { abortSignal: signal } : {}),
      }),
    );
  } catch (error) {
    throw failureOf(error, signal);
  }
  if (response.status !== 200) throw errorOfAnswer(response);
  const table = objectOf(listOf(objectOf(parseJson(response.bodyAsText))['tables'])[0]);
  const columns = listOf(table['columns']).map((column) => stringOf(objectOf(column)['name']) ?? '');
  if (columns.length === 0)
    throw new AzureError(l10n.t('Application Insights returned an unexpected response.'), {
      code: 'BadAnswer',
    });
  return listOf(table['rows']).map((row) => {
    const cells = listOf(row);
    return Object.fromEntries(columns.map((name, index) => [name, cells[index]]));
  });
}

/** Formats a text as a string literal of the query language. */
export function literal(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replace(/[\r\n]+/g, ' ')}'`;
}

/** The role name that the host uses: the app's name, plus the slot's name unless it's production. */
function roleNameOf(app: FunctionApp): string {
  const match = /\/sites\/([^/]+)(?:\/slots\/([^/]+))?$/i.exec(app.id);
  return [match?.[1] ?? app.name, match?.[2]].filter(Boolean).join('-');
}

function partOf(connectionString: string, name: string): string | undefined {
  const parts = connectionString.split(';').map((part) => part.split('='));
  return parts.find(([key]) => key?.trim().toLowerCase() === name.toLowerCase())?.[1]?.trim();
}

function guid(text: string | undefined): string | undefined {
  return text !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text : undefined;
}

async function appIdOfKey(
  c: Connection,
  instrumentationKey: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const subscriptions = (await listSubscriptions(c, signal)).map(({ subscriptionId }) => subscriptionId);
  const rows = await queryResourceGraph(
    c,
    subscriptions,
    `Resources | where type =~ 'microsoft.insights/components' and tostring(properties.InstrumentationKey) =~ ${literal(instrumentationKey)} | project id, appId = tostring(properties.AppId)`,
    signal,
  );
  return guid(stringOf(rows[0]?.['appId']));
}

async function appIdOfLink(
  c: Connection,
  app: FunctionApp,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const id = app.tags['hidden-link: /app-insights-resource-id'];
  if (id === undefined || !partsOfId(id)) return undefined;
  const { body } = await callResourceManager(c, {
    method: 'GET',
    path: id,
    apiVersion: apiVersions.insightsComponents,
    signal,
  });
  const { properties } = objectOf(body);
  return isObject(properties) ? guid(stringOf(properties['AppId'])) : undefined;
}
