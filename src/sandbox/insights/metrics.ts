import { methodNotAllowed } from '../arm/errors';
import { idKey, sameId } from '../arm/ids';
import { ArmError, type ArmCall } from '../arm/provider';
import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import { storageDataOf, storageType } from '../storage/data';

const intervals: Record<string, number> = { PT1M: 60_000, PT1H: 3_600_000, P1D: 86_400_000 };

/**
 * `Microsoft.Insights/metrics` of a storage account: only Transactions by Authentication
 * (GetMetric.json of azure-rest-api-specs 2023-10-01; shared-key-authorization-prevent.md). Its texts are inferred.
 */
export function answerMetrics(context: SandboxContext, call: ArmCall): Answer {
  if (call.method !== 'GET') throw methodNotAllowed(call.method);
  const account = context.world.otherResources.get(idKey(call.scope));
  const [metric, filter, interval, timespan, aggregation] = [
    ...['metricnames', '$filter', 'interval', 'timespan', 'aggregation'],
  ].map((name) => call.query.get(name) ?? '');
  const step = intervals[interval ?? ''];
  const [from, to] = (timespan ?? '').split('/').map((time) => Date.parse(time));
  if (account === undefined || !sameId(account.type, storageType))
    throw badRequest('The sandbox has metrics of storage accounts only.');
  if (metric !== 'Transactions' || filter !== "Authentication eq '*'" || !/^total$/i.test(aggregation ?? ''))
    throw badRequest('The sandbox has only the total of Transactions by Authentication.');
  if (step === undefined || from === undefined || to === undefined || !(from < to))
    throw badRequest('The interval or the time span is not valid.');
  const { transactions = [] } = storageDataOf(context.world, account.id);
  const counted = transactions.filter(({ at }) => at >= from - 60_000 && at < to);
  const timeseries = [...new Set(counted.map((one) => one.authentication))].map((authentication) => {
    const data = Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => {
      const start = from + index * step;
      const inside = counted.filter((one) => {
        const at = Math.max(one.at, from);
        return one.authentication === authentication && at >= start && at < start + step;
      });
      const total = inside.reduce((sum, { count }) => sum + count, 0);
      return { timeStamp: new Date(start).toISOString().replace('.000Z', 'Z'), total };
    });
    const name = { value: 'authentication', localizedValue: 'authentication' };
    return { metadatavalues: [{ name, value: authentication }], data };
  });
  const value = {
    id: `${account.id}/providers/Microsoft.Insights/metrics/Transactions`,
    type: 'Microsoft.Insights/metrics',
    name: { value: 'Transactions', localizedValue: 'Transactions' },
    displayDescription: 'The number of requests made to a storage service or the specified API operation.',
    ...{ unit: 'Count', timeseries, errorCode: 'Success' },
  };
  const json = { cost: 0, timespan, interval, value: [value], namespace: storageType };
  return { status: 200, json: { ...json, resourceregion: account.location } };
}

function badRequest(message: string): ArmError {
  return new ArmError(400, 'BadRequest', message);
}
