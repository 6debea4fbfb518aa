import type { Connection } from '../../azure/core/connection';
import type { Grouping } from './groupNodes';
import { nodeId } from './nodes';

/**
 * The node IDs on the path from the root to a resource. Empty for resources that the tree doesn't show.
 * @param resourceId ARM ID of an app, slot, function, vault, secret, user-assigned identity, role assignment on a vault
 * or secret, or resource group. What has no ARM ID of its own is below its app or vault: `…/settings/<name>`,
 * `…/connectionStrings/<name>`, `…/keysLeft/<source>/<name>`, `…/accessPolicies/<objectId>`.
 */
export function pathTo(
  connection: Connection,
  resourceId: string,
  grouping: Grouping = 'type',
): readonly string[] {
  const scope = /^(.+)\/providers\/Microsoft\.Authorization\/roleAssignments\/[^/]+$/i.exec(resourceId)?.[1];
  if (scope !== undefined) return pathToAssignment(connection, scope, resourceId, grouping);
  const [, inGroup = resourceId, subscription] =
    /^((\/subscriptions\/[^/]+)\/resourceGroups\/[^/]+)(?:\/|$)/i.exec(resourceId) ?? [];
  if (subscription === undefined) return [];
  const [, type, below = ''] =
    /^\/providers\/[^/]+\/([^/]+)\/[^/]+(?:\/(.+))?$/i.exec(resourceId.slice(inGroup.length)) ?? [];
  if (type === undefined)
    return resourceId === inGroup && grouping === 'resourceGroup'
      ? [nodeId(connection, subscription), nodeId(connection, inGroup)]
      : [];
  const group = {
    ...{ sites: 'functionApps', containerapps: 'functionApps' },
    ...{ vaults: 'keyVaults', userassignedidentities: 'identities' },
  }[type.toLowerCase()];
  if (group === undefined) return [];
  const outer = below ? resourceId.slice(0, -below.length - 1) : resourceId;
  return [
    nodeId(connection, subscription),
    grouping === 'type' ? nodeId(connection, subscription, group) : nodeId(connection, inGroup),
    nodeId(connection, outer),
    ...pathBelow(connection, outer, below),
  ];
}

/** The nodes below that of an app or vault. @param below such as `slots/staging/functions/ReadSecret` */
function pathBelow(connection: Connection, outer: string, below: string): string[] {
  const [type = '', name, ...rest] = below.split('/');
  if (!name) return [];
  const inner = `${outer}/${type}/${name}`;
  switch (type.toLowerCase()) {
    case 'slots':
      return [
        nodeId(connection, outer, 'slots'),
        nodeId(connection, inner),
        ...pathBelow(connection, inner, rest.join('/')),
      ];
    case 'functions':
      return [nodeId(connection, outer, 'functions'), nodeId(connection, inner)];
    case 'settings':
      return [nodeId(connection, outer, 'appSettings'), nodeId(connection, outer, `settings/${name}`)];
    case 'connectionstrings':
      return [
        nodeId(connection, outer, 'connectionStrings'),
        nodeId(connection, outer, `connectionStrings/${name}`),
      ];
    case 'keysleft':
      return [
        nodeId(connection, outer, 'keysLeft'),
        nodeId(connection, outer, `keysLeft/${name}/${rest.join('/')}`),
      ];
    case 'secrets':
      return [nodeId(connection, outer, 'secrets'), nodeId(connection, outer, `secrets/${name}`)];
    case 'accesspolicies':
      return [nodeId(connection, outer, 'access'), nodeId(connection, outer, `policies/${name}/`)];
    default:
      return [];
  }
}

function pathToAssignment(
  connection: Connection,
  scope: string,
  resourceId: string,
  grouping: Grouping,
): readonly string[] {
  if (!/\/vaults\/[^/]+(\/secrets\/[^/]+)?$/i.test(scope)) return [];
  const path = pathTo(connection, scope, grouping);
  const list = /\/secrets\/[^/]+$/i.test(scope)
    ? `${path.at(-1) ?? ''}#roles`
    : nodeId(connection, scope, 'access');
  return [...path, list, nodeId(connection, scope, `assignments${resourceId}`)];
}
