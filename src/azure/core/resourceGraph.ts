import * as l10n from '@vscode/l10n';
import { apiVersions } from './apiVersions';
import type { Connection } from './connection';
import { Slot } from './connection';
import { AzureError } from './errors';
import type { JsonObject } from './json';
import { objectOf, stringOf } from './json';
import type { Page } from './limits/paging';
import { allItems } from './limits/paging';
import type { ArmAnswer } from './request';
import { callResourceManager, rowsOf } from './request';
import { pause } from './clock';

/** The limit for both subscriptions in one query and rows on one page. */
const most = 1000;

/** How many further pages are read at a time, of the 15 queries in 5 seconds that a user has. */
const ahead = 10;

/**
 * All rows of a Resource Graph query over subscriptions of the connection's tenant. The query must project `id`, and be
 * ordered by it if there may be more than a page. If the quota (15 queries in 5 seconds) is used up, waits until it is reset.
 * @param options `inherited`: include rows of `authorizationresources` that the subscriptions inherit from management
 * groups and the root, which Resource Graph leaves out by default (its query language's documentation, "Query scope")
 * @throws AzureError
 */
export async function queryResourceGraph(
  c: Connection,
  subscriptionIds: readonly string[],
  query: string,
  signal: AbortSignal | undefined,
  options: { readonly inherited?: boolean } = {},
): Promise<JsonObject[]> {
  const rows: JsonObject[] = [];
  for (let from = 0; from < subscriptionIds.length; from += most) {
    const subscriptions = subscriptionIds.slice(from, from + most);
    for (const row of await readPages(c, { subscriptions, query, ...options }, signal)) rows.push(row);
  }
  return rows;
}

interface GraphQuery {
  readonly subscriptions: readonly string[];
  readonly query: string;
  readonly inherited?: boolean;
}

/**
 * The first page says how many rows there are, so the others are then read at the same time, each by the rows to skip
 * (learn.microsoft.com/azure/governance/resource-graph/concepts/paging-results), which is also what a token holds
 * (azure-cli-extensions, test_paged_query). After a page that isn't full, only its token says where the next one begins.
 */
async function readPages(
  c: Connection,
  query: GraphQuery,
  signal: AbortSignal | undefined,
): Promise<JsonObject[]> {
  const end = new AbortController();
  const until = signal ? AbortSignal.any([signal, end.signal]) : end.signal;
  const sent: Promise<GraphPage>[] = [];
  let skip = most;
  let total = 0;
  const read = async (skipToken: string | undefined) => {
    const first = skipToken === undefined;
    const page = await (sent.shift() ?? readPage(c, query, first ? {} : { $skipToken: skipToken }, until));
    if (first) total = page.total;
    if (page.items.length < most) {
      sent.length = 0;
      total = 0;
    }
    for (; sent.length < ahead && skip < total; skip += most) {
      const next = readPage(c, query, { $skip: skip }, until);
      next.catch(() => undefined); // awaited in its turn, unless one before fails
      sent.push(next);
    }
    return page;
  };
  try {
    return await allItems(c, read, signal);
  } finally {
    end.abort();
  }
}

interface GraphPage extends Page<JsonObject> {
  /** The number of rows on all pages; 0 if the service doesn't say. */
  readonly total: number;
}

async function readPage(
  c: Connection,
  { subscriptions, query, inherited }: GraphQuery,
  place: { readonly $skip?: number; readonly $skipToken?: string },
  signal: AbortSignal,
): Promise<GraphPage> {
  const options = {
    $top: most,
    resultFormat: 'objectArray',
    ...(inherited ? { authorizationScopeFilter: 'AtScopeAboveAndBelow' } : {}),
    ...place,
  };
  await takeQuota(c, signal);
  const answer = await callResourceManager(c, {
    method: 'POST',
    path: '/providers/Microsoft.ResourceGraph/resources',
    apiVersion: apiVersions.resourceGraph,
    body: { subscriptions, query, options },
    signal,
  });
  noteQuota(c, answer);
  const { data, totalRecords, $skipToken } = objectOf(answer.body);
  if (!Array.isArray(data))
    throw new AzureError(l10n.t('Resource Graph returned an unexpected response.'), { code: 'BadAnswer' });
  return {
    items: rowsOf(data, (row) => row),
    next: stringOf($skipToken),
    characters: answer.characters,
    total: typeof totalRecords === 'number' ? totalRecords : 0,
  };
}

/** Whether Resource Graph is refused, unavailable, or can't read one of the subscriptions, so that Resource Manager is asked instead. */
export function isResourceGraphMissing({ status }: AzureError): boolean {
  return status !== undefined && [400, 403, 404, 405, 501].includes(status);
}

/** How many queries the account may send until a moment (epoch milliseconds), as far as the service has said. */
const quota = new Slot(() => ({ left: Infinity, resetsAt: 0 }));

async function takeQuota(c: Connection, signal: AbortSignal): Promise<void> {
  const now = c.account.own(quota);
  const { left, resetsAt } = now;
  if (left <= 0) {
    const wait = resetsAt - c.clock.now();
    if (wait > 0) await pause(c, wait, signal);
    if (now.resetsAt === resetsAt) now.left = Infinity;
  }
  now.left--;
}

/** Answers to queries that were sent at the same time may come in any order, so the least that one of them says counts. */
function noteQuota(c: Connection, answer: ArmAnswer): void {
  const left = Number(answer.headers.get('x-ms-user-quota-remaining') ?? NaN);
  if (!(left >= 0)) return;
  const after = answer.headers.get('x-ms-user-quota-resets-after') ?? '';
  const [hours = 0, minutes = 0, seconds = 5] = after.split(':').map(Number);
  const milliseconds = ((hours * 60 + minutes) * 60 + seconds) * 1000 || 0;
  const now = c.account.own(quota);
  now.left = now.resetsAt > c.clock.now() ? Math.min(now.left, left) : left;
  now.resetsAt = c.clock.now() + Math.min(milliseconds, 10_000);
}
