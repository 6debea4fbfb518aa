import { isRecord } from '../arm/json';
import { ArmError } from '../arm/provider';

/** The validated body of a query request. */
export interface GraphRequest {
  query: string;
  /** Undefined: all that the caller can see. */
  subscriptions?: string[];
  top: number;
  skip: number;
  resultFormat: 'objectArray' | 'table';
  /** Whether authorization resources at the subscriptions and below are meant, and those that they inherit. */
  authorization: { below: boolean; above: boolean };
}

/** `authorizationScopeFilter` of the OpenAPI document; the first value is the default. */
const scopeFilters: Record<string, GraphRequest['authorization'] | undefined> = {
  AtScopeAndBelow: { below: true, above: false },
  AtScopeAndAbove: { below: false, above: true },
  AtScopeExact: { below: false, above: false },
  AtScopeAboveAndBelow: { below: true, above: true },
};

/** The first version with `authorizationScopeFilter`. That older ones ignore it, like any unknown property, is inferred. */
const scopeFilterSince = '2021-06-01-preview';

const maximum = 1000;

/**
 * Options: OpenAPI of Microsoft.ResourceGraph. A skip token overrides `$top` and `$skip`.
 * @throws ArmError 400 with `details` and an empty message, which the provider fills in
 */
export function readRequest(body: unknown, apiVersion: string): GraphRequest {
  if (!isRecord(body) || typeof body['query'] !== 'string')
    throw refused('InvalidQuery', 'Query cannot be null or empty.');
  const options = isRecord(body['options']) ? body['options'] : {};
  const token = options['$skipToken'] ?? options['skipToken'];
  const page =
    typeof token === 'string' && token !== ''
      ? readSkipToken(token)
      : {
          top: wholeNumber('top', options['$top'] ?? options['top'], 1, maximum, maximum),
          skip: wholeNumber('skip', options['$skip'] ?? options['skip'], 0, 1_000_000, 0),
        };
  if (Array.isArray(body['facets']) && body['facets'].length > 0)
    throw refused('InvalidFacet', 'Facets are not supported by the sandbox.');
  const format =
    typeof options['resultFormat'] === 'string' ? options['resultFormat'].toLowerCase() : 'objectarray';
  if (format !== 'objectarray' && format !== 'table')
    throw refused('InvalidResultFormat', `The result format '${format}' is not valid.`);
  const filter = options['authorizationScopeFilter'];
  const scopes = typeof filter === 'string' && apiVersion >= scopeFilterSince ? filter : 'AtScopeAndBelow';
  const authorization = scopeFilters[scopes];
  // Inferred: no recording has an invalid one.
  if (authorization === undefined)
    throw refused('InvalidScopeFilter', `The authorization scope filter '${scopes}' is not valid.`);
  const request: GraphRequest = {
    authorization,
    query: body['query'],
    ...page,
    resultFormat: format === 'table' ? 'table' : 'objectArray',
  };
  if (Array.isArray(body['subscriptions'])) {
    const subscriptions: unknown[] = body['subscriptions'];
    if (subscriptions.length > maximum)
      throw refused('InvalidSubscriptions', `At most ${maximum} subscriptions can be queried at once.`);
    request.subscriptions = subscriptions.filter((id) => typeof id === 'string');
  }
  return request;
}

/** In the recorded form: Base64 of indented JSON. */
export function skipTokenOf(rowsToSkip: number, maxRows: number): string {
  const content = {
    $id: '1',
    MaxRows: maxRows,
    RowsToSkip: rowsToSkip,
    KustoClusterUrl: 'https://sandbox.arg.invalid',
  };
  return Buffer.from(JSON.stringify(content, undefined, 2).replaceAll('\n', '\r\n')).toString('base64');
}

function readSkipToken(token: string): { top: number; skip: number } {
  try {
    const content: unknown = JSON.parse(Buffer.from(token, 'base64').toString());
    if (
      isRecord(content) &&
      Number.isInteger(content['MaxRows']) &&
      Number.isInteger(content['RowsToSkip'])
    ) {
      return { top: Number(content['MaxRows']), skip: Number(content['RowsToSkip']) };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw refused('InvalidSkipToken', 'The skip token is invalid.');
}

function wholeNumber(name: string, value: unknown, least: number, most: number, otherwise: number): number {
  if (value === undefined || value === null) return otherwise;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    throw refused(
      'InvalidPagingOption',
      `The value of option $${name} must be a whole number from ${least} to ${most}.`,
    );
  }
  return value;
}

function refused(code: string, message: string): ArmError {
  return new ArmError(400, 'BadRequest', '', {}, { details: [{ code, message }] });
}
