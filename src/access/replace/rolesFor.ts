import type { Binding } from '../credentials/uses';
import { containersNamedBy, cosmosRoles } from './cosmos';
import type { ReplaceFacts, ResourceFacts } from './replaceFacts';
import type { Role } from './roles';
import { roles, rolesThatAllow } from './roles';

/** A role that the identity needs, and for whom. */
export interface NeededRole {
  readonly role: Role;
  /** ARM ID. */
  readonly scope: string;
  /** Names of functions; empty if only the host needs it. */
  readonly functions: readonly string[];
}

/**
 * The least roles for all uses of a credential, each at the least scope that works (Functions reference, "Grant permission
 * to the identity"; the includes functions-*-permissions.md of azure-docs). A container or queue that may not exist yet
 * needs the role on the whole account, because the app creates it.
 */
export function rolesFor(facts: ReplaceFacts, resource: ResourceFacts): NeededRole[] {
  const uses = facts.finding.uses.flatMap(({ binding }) => binding ?? []);
  const needed = uses.flatMap((binding) => ofBinding(binding, facts.finding.name, resource));
  return merged(isHostStorage(facts) ? [...ofHost(facts.bindings ?? [], resource), ...needed] : needed);
}

/** Whether the setting is the connection of the Functions host itself. */
export function isHostStorage({ finding: { name } }: Pick<ReplaceFacts, 'finding'>): boolean {
  return /^AzureWebJobsStorage$/i.test(name);
}

export function isDurable(type: string): boolean {
  return /^(?:orchestration|activity|entity|durable)/.test(type);
}

/** The parts of a resource that the bindings name through a setting; if they exist, roles on them are enough. */
export function partsNamedBy(
  bindings: readonly Binding[],
  setting: string,
  { id, type }: Pick<ResourceFacts, 'id' | 'type'>,
): string[] {
  const parts = bindings.flatMap((binding) => partOf(binding, { id, type, parts: [] }) ?? []);
  return [...new Set([...parts, ...containersNamedBy(bindings, setting, id)])];
}

/**
 * The host creates containers for its locks and keys. A blob trigger, whatever its own connection is, also makes it read the
 * properties of the blob service (azure-functions-dotnet-worker#801) and use queues. Durable Functions uses queues and tables.
 */
function ofHost(bindings: readonly Binding[], { id: scope }: ResourceFacts): NeededRole[] {
  return [
    { role: roles.blobOwner, scope, functions: [] },
    ...bindings.flatMap(({ type, function: name }): NeededRole[] => {
      const functions = [name];
      if (type === 'blobtrigger')
        return [
          { role: roles.accountContributor, scope, functions },
          { role: roles.queueContributor, scope, functions },
        ];
      return isDurable(type) ? durable(scope, functions) : [];
    }),
  ];
}

function durable(scope: string, functions: readonly string[]): NeededRole[] {
  return [roles.blobContributor, roles.queueContributor, roles.tableContributor].map((role) => ({
    ...{ role, scope, functions },
  }));
}

function ofBinding(binding: Binding, setting: string, resource: ResourceFacts): NeededRole[] {
  const { id, parts } = resource;
  const functions = [binding.function];
  const part = partOf(binding, resource);
  const least = part !== undefined && parts.includes(part) ? part : id;
  const isInput = /^in$/i.test(binding.members['direction'] ?? '');
  const at = (scope: string, ...all: readonly Role[]) => all.map((role) => ({ role, scope, functions }));
  switch (binding.type) {
    case 'blobtrigger':
      return at(id, roles.blobOwner, roles.queueContributor);
    case 'blob':
      return at(least, isInput ? roles.blobReader : roles.blobOwner);
    // Its messages also go to a poison queue, which it creates.
    case 'queuetrigger':
      return at(id, roles.queueContributor);
    case 'queue':
      return at(least, roles.queueContributor);
    case 'table':
      return at(least, isInput ? roles.tableReader : roles.tableContributor);
    case 'servicebustrigger':
      return at(least, roles.busReceiver);
    case 'servicebus':
      return at(least, roles.busSender);
    case 'eventhubtrigger':
      return at(least, roles.hubReceiver);
    case 'eventhub':
      return at(least, roles.hubSender);
    case 'cosmosdbtrigger':
    case 'cosmosdb':
      return cosmosRoles(binding, setting, resource).map((one) => ({ ...one, functions }));
    default:
      if (/^signalr/.test(binding.type)) return at(id, roles.signalROwner);
      if (resource.type === 'microsoft.cognitiveservices/accounts') return at(id, roles.openAiUser);
      // What stores creates the index if it's missing, too (AzureAISearchProvider.cs).
      if (resource.type === 'microsoft.search/searchservices')
        return binding.type === 'embeddingsstore'
          ? at(id, roles.searchContributor, roles.searchServiceContributor)
          : at(id, roles.searchReader);
      if (/^redis/.test(binding.type)) return at(id, roles.redisContributor);
      if (/^webpubsub/.test(binding.type)) return at(id, roles.webPubSubOwner);
      return isDurable(binding.type) ? durable(id, functions) : [];
  }
}

/** The container, queue, table, topic, or hub that a binding names, unless it names it by an expression. */
function partOf({ type, members }: Binding, { id, type: resourceType }: ResourceFacts): string | undefined {
  const part = (folder: string, name: string | undefined) =>
    name === undefined || !/^\$?[\w-]+(?:\/[\w-]+)*$/.test(name) ? undefined : `${id}/${folder}/${name}`;
  switch (type) {
    case 'blob': {
      const [container] = (members['path'] ?? members['blobPath'] ?? '').split('/');
      return part('blobServices/default/containers', container);
    }
    case 'queue':
      return part('queueServices/default/queues', members['queueName']);
    case 'table':
      return part('tableServices/default/tables', members['tableName']);
    case 'servicebustrigger':
    case 'servicebus':
      if (members['topicName']) return part('topics', members['topicName']);
      return part('queues', members['queueName']);
    case 'eventhubtrigger':
    case 'eventhub':
      return resourceType === 'microsoft.eventhub/namespaces'
        ? part('eventhubs', members['eventHubName'])
        : undefined;
    default:
      return undefined;
  }
}

/** One of each, without those that a stronger role at the same scope or above includes. */
export function merged(needed: readonly NeededRole[]): NeededRole[] {
  const all: NeededRole[] = [];
  for (const one of needed) {
    const same = all.findIndex(({ role, scope }) => role === one.role && scope === one.scope);
    const known = all[same];
    if (known) all[same] = { ...known, functions: [...new Set([...known.functions, ...one.functions])] };
    else all.push(one);
  }
  return all.filter(
    (one) =>
      !all.some(
        (other) =>
          other !== one &&
          rolesThatAllow(one.role).includes(other.role) &&
          isAtOrAbove(other.scope, one.scope),
      ),
  );
}

/** Whether a role at one scope (ARM ID) counts at another one. */
export function isAtOrAbove(scope: string, other: string): boolean {
  return `${other}/`.toLowerCase().startsWith(scope === '/' ? '/' : `${scope}/`.toLowerCase());
}
