import { randomUUID } from 'node:crypto';
import { isRecord } from '../arm/json';
import type { SandboxContext, Verdict } from '../context';
import type { Answer, Call, Service } from '../server/http';
import { decide } from '../authorization/rbac';
import { QuerySemanticError } from '../resourcegraph/evaluate';
import { parseQuery } from '../resourcegraph/parser';
import { runQuery, type Table } from '../resourcegraph/run';
import { QuerySyntaxError } from '../resourcegraph/tokens';
import type { OtherResource } from '../world/world';
import type { Telemetry } from './telemetry';

/**
 * The query endpoint of Application Insights, `POST /v1/apps/{appId}/query` (AppInsights.json of
 * azure-rest-api-specs), for queries on `traces`, `exceptions` or the union of both. Errors as Microsoft
 * documents them ("Azure Monitor API errors").
 */
export function createInsights(context: SandboxContext, telemetry: Telemetry): Service {
  return async (call) => {
    const verdict = await context.tokens.verify(call.headers.authorization, ['applicationInsights']);
    if (!verdict.ok) return refusal(verdict);
    const appId = /^\/v1\/apps\/([^/]+)\/query$/.exec(call.path)?.[1];
    const component = appId === undefined ? undefined : componentOf(context, appId);
    if (call.method !== 'POST' || component === undefined)
      return insightsError(404, 'PathNotFoundError', 'The requested path does not exist');
    const { objectId, groupIds } = verdict.caller;
    const { allowed } = decide(
      context.world,
      context.clock.now(),
      [objectId, ...groupIds],
      'Microsoft.Insights/components/query/read',
      'action',
      component.id,
    );
    if (!allowed)
      return insightsError(
        403,
        'InsufficientAccessError',
        'The provided credentials have insufficient access to perform the requested operation',
      );
    return answerQuery(telemetry, component, call);
  };
}

async function answerQuery(telemetry: Telemetry, component: OtherResource, call: Call): Promise<Answer> {
  const body = await call.json();
  const text = isRecord(body) && typeof body['query'] === 'string' ? body['query'] : '';
  try {
    const result = run(text, telemetry.items(String(component.properties['InstrumentationKey'])));
    return { status: 200, json: { tables: [tableBody(result)] } };
  } catch (error) {
    if (error instanceof QuerySyntaxError) return badQuery('SyntaxError', 'Syntax Error');
    if (error instanceof QuerySemanticError) return badQuery('SemanticError', error.message);
    throw error;
  }
}

function run(text: string, items: Record<string, unknown>[]): Table {
  // The parser for Resource Graph's language doesn't support union, so both tables become one here.
  const query = parseQuery(text.replace(/^\s*union\s+traces\s*,\s*exceptions\b/, 'telemetry'));
  const wanted = { traces: 'trace', exceptions: 'exception', telemetry: undefined };
  if (!(query.table in wanted))
    throw new QuerySemanticError(`Failed to resolve table expression named '${query.table}'`);
  const itemType = wanted[query.table as keyof typeof wanted];
  const rows = items.filter((item) => itemType === undefined || item['itemType'] === itemType);
  return runQuery(query, { columns: Object.keys(columnTypes), rows });
}

const columnTypes: Record<string, string> = {
  timestamp: 'datetime',
  message: 'string',
  severityLevel: 'int',
  itemType: 'string',
  customDimensions: 'dynamic',
  operation_Name: 'string',
  cloud_RoleName: 'string',
  cloud_RoleInstance: 'string',
  itemId: 'string',
  itemCount: 'int',
  type: 'string',
  outerMessage: 'string',
  details: 'dynamic',
};

/** Dynamic values are sent as text. */
function tableBody({ columns, rows }: Table): Record<string, unknown> {
  const cell = (value: unknown) => (isRecord(value) || Array.isArray(value) ? JSON.stringify(value) : value);
  return {
    name: 'PrimaryResult',
    columns: columns.map((name) => ({ name, type: columnTypes[name] ?? 'string' })),
    rows: rows.map((row) => columns.map((name) => cell(row[name]) ?? null)),
  };
}

function componentOf({ world }: SandboxContext, appId: string): OtherResource | undefined {
  return [...world.otherResources.values()].find(
    ({ type, properties }) =>
      type.toLowerCase() === 'microsoft.insights/components' &&
      String(properties['AppId']).toLowerCase() === appId.toLowerCase(),
  );
}

function badQuery(code: string, message: string): Answer {
  return insightsError(400, 'BadArgumentError', 'The request had some invalid properties', { code, message });
}

function refusal(verdict: Extract<Verdict, { ok: false }>): Answer {
  if (verdict.reason === 'missing')
    return insightsError(401, 'AuthorizationRequiredError', 'Valid authentication was not provided');
  if (verdict.reason === 'audience')
    return insightsError(
      403,
      'InvalidAuthenticationTokenAudience',
      `The access token has been obtained from wrong audience or resource '${verdict.audience ?? ''}'. It should exactly match (including forward slash) with one of the allowed audiences 'https://api.applicationinsights.io'.`,
    );
  if (verdict.reason === 'expired')
    return insightsError(
      401,
      'ExpiredAuthenticationToken',
      'The access token expiry UTC time is in the past.',
    );
  return insightsError(403, 'InvalidAuthenticationToken', 'The access token is invalid.');
}

function insightsError(status: number, code: string, message: string, innererror?: unknown): Answer {
  const error = { message, code, correlationId: randomUUID(), ...(innererror ? { innererror } : {}) };
  return { status, json: { error } };
}
