import type { PipelineResponse } from '@azure/core-rest-pipeline';
import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import * as l10n from '@vscode/l10n';
import { apiVersions } from '../core/apiVersions';
import { readAppSettings } from '../appService/settings/appSettings';
import { settingIn } from '../appService/settings/settingsMap';
import { partsOfId } from '../core/armId';
import type { Connection } from '../core/connection';
import { AzureError, errorOfAnswer } from '../core/errors';
import type { JsonObject } from '../core/json';
import { isObject, listOf, objectOf, parseJson, stringOf } from '../core/json';
import type { FunctionApp } from '../core/model';
import { keptPipeline } from '../core/pipeline';
import { callResourceManager, failureOf } from '../core/request';
import { queryResourceGraph } from '../core/resourceGraph';
import { scopeOf } from '../core/tokens/scopes';
import { isReference } from '../core/secrets/inFlight';
import { listSubscriptions } from '../directory/subscriptions';

/** Where an app's telemetry is stored, and how its rows are identified there. */
export interface InsightsSource {
  /** The application ID that queries use, which is neither the resource ID nor the instrumentation key. */
  readonly appId: string;
  /** The values that `cloud_RoleName` has in the app's telemetry. */
  readonly roleNames: readonly string[];
}

/** What a query found. */
export interface InsightsAnswer {
  readonly rows: readonly JsonObject[];
  /** Why rows are missing. Undefined if the answer is complete. */
  readonly incomplete?: string;
}

/**
 * Finds the Application Insights resource that an app logs to by its connection string, its instrumentation key, or the
 * link that the portal adds to the app's tags, in this order. Undefined if there is none or the account can't see it, and
 * `hidden` if the app has one but names it only in a secret of a key vault (azure-functions-ux#4249).
 * @throws AzureError
 */
export async function findInsights(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<InsightsSource | 'hidden' | undefined> {
  const settings = await readAppSettings(c, app, signal);
  const setting = (name: string) => settingIn(settings, name);
  const connectionString = setting('APPLICATIONINSIGHTS_CONNECTION_STRING') ?? '';
  const keySetting = setting('APPINSIGHTS_INSTRUMENTATIONKEY');
  const key = partOf(connectionString, 'InstrumentationKey') ?? keySetting;
  const appId =
    guid(partOf(connectionString, 'ApplicationId')) ??
    (guid(key) ? await appIdOfKey(c, guid(key) ?? '', signal) : await appIdOfLink(c, app, signal));
  if (appId !== undefined) return { appId, roleNames: roleNamesOf(app, setting('WEBSITE_CLOUD_ROLENAME')) };
  return isReference(connectionString) || isReference(keySetting ?? '') ? 'hidden' : undefined;
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
): Promise<InsightsAnswer> {
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
  const answer = objectOf(parseJson(response.bodyAsText));
  const table = objectOf(listOf(answer['tables'])[0]);
  const columns = listOf(table['columns']).map((column) => stringOf(objectOf(column)['name']) ?? '');
  const incomplete = isObject(answer['error']) ? reasonOf(answer['error']) : undefined;
  if (columns.length === 0 && incomplete !== undefined) throw errorOfAnswer(response);
  if (columns.length === 0)
    throw new AzureError(l10n.t('Application Insights returned an unexpected response.'), {
      code: 'BadAnswer',
    });
  const rows = listOf(table['rows']).map((row) => {
    const cells = listOf(row);
    return Object.fromEntries(columns.map((name, index) => [name, cells[index]]));
  });
  return { rows, ...(incomplete === undefined ? {} : { incomplete }) };
}

/** The innermost messages of a partial error, which say what happened (azure-sdk-for-python#25137). */
function reasonOf(error: JsonObject): string {
  const messages = listOf(error['details']).map((detail) => {
    const { innererror, message } = objectOf(detail);
    return stringOf(objectOf(innererror)['message']) ?? stringOf(message);
  });
  const reasons = [...new Set(messages.filter((message) => message !== undefined))].slice(0, 3);
  return reasons.length > 0 ? reasons.join(' ') : (stringOf(error['message']) ?? '');
}

/** Formats a text as a string literal of the query language. */
export function literal(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replace(/[\r\n]+/g, ' ')}'`;
}

/**
 * The host sends `WEBSITE_CLOUD_ROLENAME` or the app's and the slot's name (azure-webjobs-sdk
 * WebJobsRoleEnvironmentTelemetryInitializer.cs). Workers that send telemetry by themselves ignored that setting
 * (dotnet-worker#1708) and took the default host name (dotnet-worker#1634).
 */
function roleNamesOf(app: FunctionApp, custom: string | undefined): string[] {
  const match = /\/sites\/([^/]+)(?:\/slots\/([^/]+))?$/i.exec(app.id);
  const ofSlot = [match?.[1] ?? app.name, match?.[2]].filter(Boolean).join('-');
  const ofHost = app.defaultHostName.replace(/\.azurewebsites\.net$/i, '');
  const names = [custom ?? '', ofSlot, ofHost].map((name) => name.toLowerCase());
  return [...new Set(names.filter((name) => name !== '' && !isReference(name)))];
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
