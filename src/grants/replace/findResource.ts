import type { Finding } from '../../access/credentials/findings';
import { openedBy } from '../../access/credentials/opened';
import type { Binding } from '../../access/credentials/uses';
import type { ReplaceFacts, ResourceFacts } from '../../access/replace/replaceFacts';
import { partsNamedBy } from '../../access/replace/rolesFor';
import type { Connection } from '../../azure/core/connection';
import { AzureError } from '../../azure/core/errors';
import { objectOf, stringOf } from '../../azure/core/json';
import { rowsOf } from '../../azure/core/request';
import { queryResourceGraph } from '../../azure/core/resourceGraph';
import { listSubscriptions } from '../../azure/directory/subscriptions';
import { isThere } from '../../azure/resources/operationEnd';
import { getResourceJson } from '../../azure/resources/resources';
import { lackOf } from './lacks';

/**
 * The resource that a credential opens, among all that the account can see in this tenant, and the parts of it that exist.
 * @throws only when canceled
 */
export async function findResource(
  c: Connection,
  finding: Finding,
  bindings: readonly Binding[],
  signal: AbortSignal,
): Promise<ReplaceFacts['resource']> {
  const { name, types = [] } = openedBy(finding) ?? {};
  // It goes into a query.
  if (name === undefined || !/^[\w-]+$/.test(name)) return 'notFound';
  const wanted =
    finding.kind === 'telemetry'
      ? `where type =~ 'microsoft.insights/components' and tostring(properties.InstrumentationKey) =~ '${name}'`
      : finding.kind === 'aiKey'
        ? `where type =~ 'microsoft.cognitiveservices/accounts' and tostring(properties.customSubDomainName) =~ '${name}'`
        : `where name =~ '${name}' and type in~ (${types.map((type) => `'${type}'`).join(', ')})`;
  try {
    const ids = (await listSubscriptions(c, signal)).map(({ subscriptionId }) => subscriptionId);
    const query = ['resources', wanted, 'project id, type', 'order by id asc'].join(' | ');
    const rows = rowsOf(await queryResourceGraph(c, ids, query, signal), (row) => {
      const [id, type] = [stringOf(row['id']), stringOf(row['type'])];
      return id === undefined || type === undefined ? undefined : { id, type: type.toLowerCase() };
    });
    const [found] = rows;
    if (!found) return 'notFound';
    return rows.length > 1 ? 'ambiguous' : await readResource(c, found, finding, bindings, signal);
  } catch (error) {
    if (error instanceof AzureError) return 'unread';
    throw error;
  }
}

async function readResource(
  c: Connection,
  { id, type }: { readonly id: string; readonly type: string },
  finding: Finding,
  bindings: readonly Binding[],
  signal: AbortSignal,
): Promise<ResourceFacts> {
  const json = await getResourceJson(c, id, signal);
  const written = objectOf(objectOf(json['properties'])['primaryEndpoints']);
  const endpoints = Object.fromEntries(
    (['blob', 'queue', 'table', 'file'] as const).flatMap((service) => {
      const endpoint = stringOf(written[service]);
      return endpoint === undefined ? [] : [[service, endpoint.replace(/\/+$/, '')]];
    }),
  );
  const resource = { id: stringOf(json['id']) ?? id, type, endpoints, parts: [] };
  const url = finding.wayOut.because === 'package' ? finding.wayOut.add?.[finding.name] : undefined;
  const container = /^https:\/\/[^/]+\/([\w$-]+)\//.exec(url ?? '')?.[1];
  const named = [
    ...partsNamedBy(bindings, finding.name, resource),
    ...(container === undefined ? [] : [`${resource.id}/blobServices/default/containers/${container}`]),
  ];
  const exist = await Promise.all(named.map((part) => isThereOrUnknown(c, part, signal)));
  const lacks = lackOf(type, json);
  const mode = stringOf(objectOf(json['properties'])['roleAssignmentMode']) ?? '';
  return {
    ...resource,
    ...(/^Abac/i.test(mode) ? { byRepository: true } : {}),
    parts: named.filter((_, index) => exist[index] === true),
    missing: named.filter((_, index) => exist[index] === false),
    ...(lacks ? { lacks } : {}),
  };
}

/** undefined if it can't be read, so that the role is assigned on the whole resource. */
async function isThereOrUnknown(
  c: Connection,
  id: string,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  try {
    return await isThere(c, id, signal);
  } catch (error) {
    if (error instanceof AzureError) return undefined;
    throw error;
  }
}
