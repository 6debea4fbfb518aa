import * as l10n from '@vscode/l10n';
import { callResourceManager } from '../core/request';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import { objectOf, stringOf } from '../core/json';
import { objectsOf } from '../core/request';

/** How many requests to a storage account were made with a key, and with a shared access signature. */
export interface KeyRequests {
  readonly key: number;
  /** Includes signatures that an identity signed, which work without keys. */
  readonly sas: number;
}

const day = 86_400_000;

/**
 * Counts a storage account's requests of the last days by the dimension Authentication of its metric Transactions
 * (shared-key-authorization-prevent; GetMetric.json of azure-rest-api-specs). @throws AzureError
 */
export async function countKeyRequests(
  c: Connection,
  accountId: string,
  days: number,
  signal?: AbortSignal,
): Promise<KeyRequests> {
  const to = c.clock.now();
  const timespan = [to - days * day, to].map((time) => new Date(time).toISOString()).join('/');
  const { body } = await callResourceManager(c, {
    ...{ method: 'GET', path: `${accountId}/providers/Microsoft.Insights/metrics`, apiVersion: '2023-10-01' },
    query: {
      ...{ metricnames: 'Transactions', aggregation: 'Total', interval: 'P1D', timespan },
      $filter: "Authentication eq '*'",
    },
    signal,
  });
  const metric = objectsOf(listIn(body, 'value')).find(
    (one) => stringOf(objectOf(one['name'])['value']) === 'Transactions',
  );
  if (!metric) throw unreadable();
  const totals = new Map<string, number>();
  for (const series of objectsOf(listIn(metric, 'timeseries'))) {
    const authentication = objectsOf(listIn(series, 'metadatavalues'))
      .filter((one) => stringOf(objectOf(one['name'])['value'])?.toLowerCase() === 'authentication')
      .map((one) => stringOf(one['value'])?.toLowerCase() ?? '')[0];
    if (authentication === undefined) throw unreadable();
    for (const { total } of objectsOf(listIn(series, 'data')))
      if (typeof total === 'number') totals.set(authentication, (totals.get(authentication) ?? 0) + total);
  }
  // `AccountKeyFile` is a key, too.
  const count = (prefix: string) =>
    [...totals].reduce((sum, [name, total]) => (name.startsWith(prefix) ? sum + total : sum), 0);
  return { key: count('accountkey'), sas: count('sas') };
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const list = objectOf(value)[name];
  if (Array.isArray(list)) return list;
  throw unreadable();
}

function unreadable(): AzureError {
  return new AzureError(l10n.t("The response isn't a metric."), { code: 'BadAnswer' });
}
