import { randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { invalidNamespace, invalidResourceType, methodNotAllowed } from '../arm/errors';
import { isRecord } from '../arm/json';
import { ArmError, type ArmCall, type ArmResource, type ResourceProvider } from '../arm/provider';
import { visibleSubscriptions } from '../arm/subscriptions';
import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import type { Subscription } from '../world/world';
import { QuerySemanticError } from './evaluate';
import { parseQuery } from './parser';
import { UserQuota } from './quota';
import { readRequest, skipTokenOf, type GraphRequest } from './request';
import { runQuery, type Table } from './run';
import { ResourceIndex } from './resourceIndex';
import { tableOf } from './tables';
import { QuerySyntaxError } from './tokens';

const namespace = 'Microsoft.ResourceGraph';
const apiVersions = [
  '2024-04-01',
  '2022-10-01',
  '2021-03-01',
  '2021-06-01-preview',
  '2019-04-01',
  '2018-09-01-preview',
];

/**
 * Microsoft.ResourceGraph: queries over the resources that the caller may read.
 * @param resources all tracked resources of all providers
 */
export function createResourceGraph(
  context: SandboxContext,
  resources: () => ArmResource[],
): ResourceProvider {
  const quota = new UserQuota(context.clock);
  const index = new ResourceIndex(context, resources);
  return {
    namespace,
    resourceTypes: [{ resourceType: 'resources', apiVersions }],
    resources: () => [],
    remove: () => undefined,
    async handle(call: ArmCall): Promise<Answer> {
      // A cloud without Resource Graph doesn't know the namespace.
      if (context.settings.resourceGraphRefused) throw invalidNamespace(namespace);
      if (call.rest.length !== 1 || call.rest[0]?.toLowerCase() !== 'resources') {
        throw invalidResourceType(namespace, call, apiVersions);
      }
      if (call.method !== 'POST') throw methodNotAllowed(call.method);
      const headers = quota.take(call.caller.objectId, supportMessage(context));
      try {
        const request = readRequest(await call.json(), call.query.get('api-version') ?? '');
        const answer = answerQuery(context, call, request, () => index.resources());
        return { status: 200, headers, json: answer };
      } catch (error) {
        throw withHeaders(asBadRequest(error, context), headers);
      }
    },
  };
}

function answerQuery(
  context: SandboxContext,
  call: ArmCall,
  request: GraphRequest,
  resources: () => ArmResource[],
): object {
  const subscriptions = subscriptionsFor(context, call, request.subscriptions);
  const query = parseQuery(request.query);
  const source = tableOf(query.table, context, call, subscriptions, request.authorization, resources);
  if (source === undefined) {
    throw badRequest(context, [
      {
        code: 'DisallowedLogicalTableName',
        message: `Table ${query.table} is invalid, unsupported or disallowed.`,
      },
    ]);
  }
  const table = runQuery(query, source);
  const rows = table.rows.slice(request.skip, request.skip + request.top);
  const end = request.skip + rows.length;
  const more = end < table.rows.length;
  // Paging requires the id column; without it, the remaining rows are lost and the answer says so.
  const canPage = table.columns.includes('id');
  return {
    totalRecords: table.rows.length,
    count: rows.length,
    data: request.resultFormat === 'table' ? tableData({ ...table, rows }) : rows,
    facets: [],
    resultTruncated: more && !canPage ? 'true' : 'false',
    ...(more && canPage ? { $skipToken: skipTokenOf(end, request.top) } : {}),
  };
}

function subscriptionsFor(
  context: SandboxContext,
  call: ArmCall,
  wanted: string[] | undefined,
): Subscription[] {
  const visible = visibleSubscriptions(context, call.caller);
  if (wanted === undefined) return visible;
  const ids = new Set(wanted.map((id) => id.toLowerCase()));
  const found = visible.filter((subscription) => ids.has(subscription.subscriptionId.toLowerCase()));
  if (found.length > 0) return found;
  throw badRequest(context, [
    {
      code: 'NoValidSubscriptionsInQueryRequest',
      message: `There must be at least one subscription that is eligible to contain resources. Given: '${wanted.join(', ')}'.`,
    },
  ]);
}

function tableData(table: Table): object {
  const columns = table.columns.map((name) => ({ name, type: typeOf(table.rows.map((row) => row[name])) }));
  return { columns, rows: table.rows.map((row) => table.columns.map((name) => row[name] ?? null)) };
}

function typeOf(values: unknown[]): string {
  const value = values.find((candidate) => candidate !== null && candidate !== undefined);
  if (typeof value === 'number') return 'integer';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'object' ? 'object' : 'string';
}

function asBadRequest(error: unknown, context: SandboxContext): unknown {
  const invalid = {
    code: 'InvalidQuery',
    message:
      'Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying.',
  };
  if (error instanceof QuerySyntaxError) {
    const { line, character, text } = error.token;
    // In recordings, expectedToken is a stray character.
    const failure = {
      code: 'ParserFailure',
      message: 'ParserFailure',
      line,
      characterPositionInLine: character,
      token: text,
      expectedToken: 'Ǐ',
    };
    return badRequest(context, [invalid, failure]);
  }
  // Inferred: there's no recording of a query that parses but doesn't resolve.
  if (error instanceof QuerySemanticError)
    return badRequest(context, [invalid, { code: 'Default', message: error.message }]);
  if (error instanceof ArmError && isRecord(error.more) && error.message === '')
    return badRequest(context, error.more['details']);
  return error;
}

function badRequest(context: SandboxContext, details: unknown): ArmError {
  return new ArmError(400, 'BadRequest', supportMessage(context), {}, { details });
}

function supportMessage({ clock }: SandboxContext): string {
  return `Please provide below info when asking for support: timestamp = ${new Date(clock.now()).toISOString()}, correlationId = ${randomUUID()}.`;
}

function withHeaders(error: unknown, headers: OutgoingHttpHeaders): unknown {
  if (!(error instanceof ArmError)) return error;
  return new ArmError(error.status, error.code, error.message, { ...headers, ...error.headers }, error.more);
}
