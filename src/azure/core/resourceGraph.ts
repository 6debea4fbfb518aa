import * as l10n from '@vscode/l10n';
import { apiVersions } from './apiVersions';
import type { Connection } from './connection';
import { Slot } from './connection';
import { AzureError } from './errors';
import type { JsonObject } from './json';
import { objectOf, stringOf } from './json';
import { allItems } from './limits/paging';
import type { ArmAnswer } from './request';
import { callResourceManager, rowsOf } from './request';
import { pause } from './clock';

/** The limit for both subscriptions in one query and rows on one page. */
const most = 1000;

/**
 * All rows of a Resource Graph query over subscriptions of the connection's tenant. The query must project `id`.
 * If the quota (15 queries in 5 seconds) is used up, waits until it is reset.
 * @param options `inherited`: include rows of `authorizationresources` that the subscriptions inherit from management
 * groups and the root, which Resource Graph leaves out by default (its query language's documentation, "Query scope")
 * @throws AzureError
 */
export async function queryResourceGraph(
  c: Connection,
  subscriptionIds: readonly string[],
  query: string,
  signal: AbortSignal | undefined,
  { inherited = false } = {},
): Promise<JsonObject[]> {
  const rows: JsonObject[] = [];
  for (let from = 0; from < subscriptionIds.length; from += most) {
    const subscriptions = subscriptionIds.slice(from, from + most);
    const read = async (skipToken: string | undefined) => {
      const options = {
        $top: most,
        resultFormat: 'objectArray',
        ...(inherited ? { authorizationScopeFilter: 'AtScopeAboveAndBelow' } : {}),
        ...(skipToken === undefined ? {} : { $skipToken: skipToken }),
      };
      await waitForQuota(c, signal);
      const answer = await callResourceManager(c, {
        method: 'POST',
        path: '/providers/Microsoft.ResourceGraph/resources',
        apiVersion: apiVersions.resourceGraph,
        body: { subscriptions, query, options },
        signal,
      });
      noteQuota(c, answer);
      const page = objectOf(answer.body);
      if (!Array.isArray(page['data']))
        throw new AzureError(l10n.t('Resource Graph returned an unexpected response.'), {
          code: 'BadAnswer',
        });
      const next = stringOf(page['$skipToken']);
      return { items: rowsOf(page['data'], (row) => row), next, characters: answer.characters };
    };
    for (const row of await allItems(c, read, signal)) rows.push(row);
  }
  return rows;
}

/** Whether Resource Graph is refused, unavailable, or can't read one of the subscriptions, so that Resource Manager is asked instead. */
export function isResourceGraphMissing({ status }: AzureError): boolean {
  return status !== undefined && [400, 403, 404, 405, 501].includes(status);
}

/** Until when (epoch milliseconds) the account's quota is used up. */
const quota = new Slot(() => ({ usedUpUntil: 0 }));

async function waitForQuota(c: Connection, signal: AbortSignal | undefined): Promise<void> {
  const wait = c.account.own(quota).usedUpUntil - c.clock.now();
  if (wait > 0) await pause(c, wait, signal);
}

function noteQuota(c: Connection, answer: ArmAnswer): void {
  if (answer.headers.get('x-ms-user-quota-remaining') !== '0') return;
  const after = answer.headers.get('x-ms-user-quota-resets-after') ?? '';
  const [hours = 0, minutes = 0, seconds = 5] = after.split(':').map(Number);
  const milliseconds = ((hours * 60 + minutes) * 60 + seconds) * 1000 || 0;
  c.account.own(quota).usedUpUntil = c.clock.now() + Math.min(milliseconds, 10_000);
}
