import type { Binding } from '../credentials/uses';
import type { Role } from './roles';
import { roles } from './roles';
import type { ResourceFacts } from './replaceFacts';

/** A container of a Cosmos DB account that a binding opens through a setting. */
interface Container {
  /** Undefined for a name that isn't known, such as one that another setting has. */
  readonly database: string | undefined;
  readonly name: string | undefined;
  readonly writes: boolean;
  /** The extension creates it if it's missing, and looks at its database first (CosmosDBUtility.cs). */
  readonly creates: boolean;
}

/**
 * What a binding opens through a setting: a trigger its container and its leases, each of which may have a connection of
 * its own (functions-bindings-cosmosdb-v2-trigger.md).
 */
function containersOf({ type, members }: Binding, setting: string): Container[] {
  const isSetting = (value: string | undefined) => value !== undefined && names(value, setting);
  const is = (member: string) => /^true$/i.test(members[member] ?? '');
  const { connection, databaseName: database, containerName: name, leaseConnection } = members;
  const direct = isSetting(connection) ? [{ database, name }] : [];
  if (type !== 'cosmosdbtrigger')
    return direct.map((one) => ({
      ...one,
      writes: !/^in$/i.test(members['direction'] ?? ''),
      creates: is('createIfNotExists'),
    }));
  const leases = {
    database: members['leaseDatabaseName'] || database,
    name: members['leaseContainerName'] || 'leases',
    creates: is('createLeaseContainerIfNotExists'),
  };
  const all = direct.map((one) => ({ ...one, creates: false }));
  if (isSetting(leaseConnection || connection)) all.push(leases);
  return all.map((one) => ({ ...one, writes: true }));
}

/** Whether a binding that names this connection reads this setting (webjobs-sdk, IConfigurationExtensions.cs). */
function names(connection: string, setting: string): boolean {
  const name = (/^%(.+)%$/.exec(connection)?.[1] ?? connection).toLowerCase();
  return [name, `azurewebjobs${name}`].includes(setting.toLowerCase());
}

/** ARM IDs of the containers that bindings open through a setting, as far as they're known. */
export function containersNamedBy(
  bindings: readonly Binding[],
  setting: string,
  accountId: string,
): string[] {
  const all = bindings.flatMap((binding) => (isCosmos(binding) ? containersOf(binding, setting) : []));
  return all.flatMap((one) => armId(one, accountId) ?? []);
}

/**
 * The roles that a binding needs, on its containers. A container that may not exist, or that isn't known, needs the role on
 * the whole account. A role at a container doesn't allow reading its database, which the extension does before it creates
 * anything (how-to-setup-rbac.md, "Metadata requests").
 */
export function cosmosRoles(
  binding: Binding,
  setting: string,
  { id, parts }: ResourceFacts,
): { readonly role: Role; readonly scope: string }[] {
  return containersOf(binding, setting).map((one) => {
    const part = armId(one, id);
    const database = `${id}/dbs/${one.database ?? ''}`;
    const scope =
      part === undefined || !parts.includes(part)
        ? id
        : one.creates
          ? database
          : `${database}/colls/${one.name ?? ''}`;
    return { role: one.writes ? roles.cosmosContributor : roles.cosmosReader, scope };
  });
}

function isCosmos({ type }: Binding): boolean {
  return type === 'cosmosdb' || type === 'cosmosdbtrigger';
}

/** Version 3 of the extension has no identity (azure-webjobs-sdk-extensions#746), and names its connections by another member. */
export function isOfVersion3(binding: Binding): boolean {
  const { connectionStringSetting, leaseConnectionStringSetting } = binding.members;
  return isCosmos(binding) && (connectionStringSetting ?? leaseConnectionStringSetting) !== undefined;
}

/** Other names have to be resolved first, or have characters that an ID can't have. */
function armId({ database = '', name = '' }: Container, accountId: string): string | undefined {
  return [database, name].every((one) => /^[\w-][\w.-]*$/.test(one))
    ? `${accountId}/sqlDatabases/${database}/containers/${name}`
    : undefined;
}
