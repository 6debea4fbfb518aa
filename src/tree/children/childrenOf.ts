import * as l10n from '@vscode/l10n';
import type { Connection } from '../../azure/core/connection';
import type { FunctionApp, Tenant } from '../../azure/core/model';
import { codeFolder } from '../../azure/appService/siteFolders';
import { isContainerApp, isLogicApp, isOnContainerApps } from '../../azure/appService/siteKind';
import { fileNodeId, siteFilesOf } from './fileChildren';
import { inParts, orMessage } from './page';
import { secretsOf, versionsOf } from './secretChildren';
import { identitiesOf, identitiesOfApp, partsOfAssigned, partsOfIdentity, usersOf } from './identityChildren';
import type { LiveInventory } from '../../inventory/inventory';
import { isOpen } from '../../inventory/inventory';
import type { Grouping } from '../nodes/groupNodes';
import { wordsOf } from '../nodes/messageNodes';
import type { AppNode, Node, Page, SlotsNode } from '../nodes/nodes';
import { nodeId, subscriptionResourceId } from '../nodes/nodes';
import { placesOf } from './places';
import { appNode, listsOf, resourceGroupsOf, resourcesIn, vaultNode } from './resourceGroups';
import { settingsOf } from './settingChildren';

/** The subscriptions of all tenants. A tenant that failed is represented by an error node. */
export async function rootOf(inventory: Pick<LiveInventory, 'tenants'>): Promise<Node[]> {
  const tenants = await inventory.tenants();
  const namesake = (one: Tenant) =>
    tenants.some(({ tenant }) => tenant !== one && tenant.displayName === one.displayName);
  const nodes = await Promise.all(
    tenants.map(async (state): Promise<Node[]> => {
      const { connection, tenant } = state;
      if (!isOpen(state)) {
        const id = nodeId(connection, `/tenants/${tenant.tenantId}`);
        const place = namesake(tenant) ? { place: tenant.tenantId } : {};
        return [{ kind: 'tenantError', id, connection, tenant, ...place, ...(await wordsOf(state.error)) }];
      }
      return state.subscriptions.map((subscription) => ({
        kind: 'subscription',
        id: nodeId(connection, subscriptionResourceId(subscription.subscriptionId)),
        connection,
        subscription,
        tenantName: tenant.displayName,
        ...(tenants.length > 1 ? { isOneOfManyTenants: true } : {}),
      }));
    }),
  );
  return markSameNames(nodes.flat());
}

/** Subscriptions can have the same name, also in one tenant. */
function markSameNames(nodes: readonly Node[]): Node[] {
  const nameOf = (node: Node) =>
    node.kind === 'subscription' ? node.subscription.displayName.toLowerCase() : undefined;
  const byName = Map.groupBy(nodes, nameOf);
  return nodes.map((node) =>
    node.kind === 'subscription' && (byName.get(nameOf(node))?.length ?? 0) > 1
      ? { ...node, ambiguous: true }
      : node,
  );
}

/** The children of a node. */
export async function childrenOf(
  node: Node,
  inventory: LiveInventory,
  grouping: Grouping,
  signal: AbortSignal,
): Promise<Page> {
  switch (node.kind) {
    case 'subscription':
      return grouping === 'type'
        ? { nodes: listsOf(node) }
        : inParts(await resourceGroupsOf(node, inventory, signal), node, l10n.t('No resource groups'));
    case 'resourceGroup':
      return inParts(
        await resourcesIn(node, inventory),
        node,
        l10n.t('No function apps, key vaults, or user-assigned identities'),
      );
    case 'functionApps': {
      const apps = await inventory.appsOf(node.connection, node.subscription.subscriptionId);
      const placeOf = placesOf(apps.map(({ id }) => id));
      return inParts(
        apps.map((app) => ({ ...appNode('app', node, app), ...placeOf(app.id) })),
        node,
        l10n.t('No function apps'),
      );
    }
    case 'keyVaults': {
      const vaults = await inventory.vaultsOf(node.connection, node.subscription.subscriptionId);
      const placeOf = placesOf(vaults.map(({ id }) => id));
      return inParts(
        vaults.map((vault) => ({ ...vaultNode(node, vault), ...placeOf(vault.id) })),
        node,
        l10n.t('No key vaults'),
      );
    }
    case 'identities': {
      const nodes = await identitiesOf(node, inventory);
      const placeOf = placesOf(nodes.map(({ identity }) => identity.id));
      return inParts(
        nodes.map((each) => ({ ...each, ...placeOf(each.identity.id) })),
        node,
        l10n.t('No user-assigned identities'),
      );
    }
    case 'userAssigned':
      return { nodes: partsOfIdentity(node) };
    case 'identityUsers':
      return inParts(await usersOf(node, inventory, signal), node, l10n.t('No resources use this identity'));
    case 'systemIdentity':
    case 'userIdentity':
      return { nodes: partsOfAssigned(node) };
    case 'principalRoles': {
      const { rolesOfPrincipal } = await import('./roleChildren');
      return inParts(await rolesOfPrincipal(node, inventory, signal), node, l10n.t('No role assignments'));
    }
    case 'secretRoles': {
      const { rolesOnSecret } = await import('./roleChildren');
      return orMessage(await rolesOnSecret(node, inventory, signal), node, l10n.t('No role assignments'));
    }
    case 'app':
    case 'slot': {
      if (!isContainerApp(node.app)) return { nodes: partsOfApp(node) };
      const { partsOfContainerApp } = await import('./hostingChildren');
      return { nodes: partsOfContainerApp(node) };
    }
    case 'slots':
      return inParts(await slotsOf(node, signal), node, l10n.t('No slots'));
    case 'identity':
      return { nodes: identitiesOfApp(node) };
    case 'functions': {
      const { listFunctions } = await import('../../azure/appService/sites');
      const functions = await listFunctions(node.connection, node.app, signal);
      const { connection, app, id: parentId } = node;
      const nodes = functions.map((fn): Node => ({
        kind: 'function',
        id: nodeId(connection, fn.id),
        parentId,
        connection,
        app,
        fn,
      }));
      return inParts(nodes, node, l10n.t('No functions'));
    }
    case 'workflows': {
      const { workflowsOf } = await import('./hostingChildren');
      return inParts(await workflowsOf(node, signal), node, l10n.t('No workflows'));
    }
    case 'containerSecrets': {
      const { containerSecretsOf } = await import('./hostingChildren');
      return inParts(await containerSecretsOf(node, signal), node, l10n.t('No secrets'));
    }
    case 'appSettings':
      return inParts(await settingsOf(node, signal), node, l10n.t('No app settings'));
    case 'connectionStrings':
      return inParts(await settingsOf(node, signal), node, l10n.t('No connection strings'));
    case 'keysLeft': {
      const { keysLeftOf } = await import('./keyChildren');
      return { nodes: await keysLeftOf(node, signal) };
    }
    case 'vault': {
      const { connection, vault, id: parentId } = node;
      return {
        nodes: [
          { kind: 'secrets', id: nodeId(connection, vault.id, 'secrets'), parentId, connection, vault },
          { kind: 'access', id: nodeId(connection, vault.id, 'access'), parentId, connection, vault },
        ],
      };
    }
    case 'secrets':
      return secretsOf(node, signal);
    case 'secret': {
      const { rolesGroupOf } = await import('./roleChildren');
      const { nodes, ...more } = await versionsOf(node, undefined, signal);
      return { nodes: [...rolesGroupOf(node), ...nodes], ...more };
    }
    case 'files':
    case 'folder':
      return inParts(await siteFilesOf(node, signal), node, l10n.t('No files'));
    case 'access': {
      const { accessOf } = await import('./accessChildren');
      return accessOf(node, inventory, signal);
    }
    default:
      return { nodes: [] };
  }
}

/** A slot has no slots of its own, nor has an app on Container Apps. */
function partsOfApp({ kind, connection, app, id: parentId }: AppNode): Node[] {
  const part = <K extends Node['kind']>(name: K) => ({
    kind: name,
    id: nodeId(connection, app.id, name),
    parentId,
    connection,
    app,
  });
  return [
    ...(kind === 'app' && !isOnContainerApps(app) ? [part('slots')] : []),
    part('identity'),
    part(isLogicApp(app) ? 'workflows' : 'functions'),
    part('appSettings'),
    part('connectionStrings'),
    part('keysLeft'),
    filesNode(connection, app, parentId),
  ];
}

function filesNode(connection: Connection, app: FunctionApp, parentId: string): Node {
  const id = fileNodeId(connection, app.id, codeFolder);
  return { kind: 'files', id, parentId, connection, app, path: codeFolder };
}

async function slotsOf({ connection, app, id }: SlotsNode, signal: AbortSignal): Promise<Node[]> {
  const { listSlots } = await import('../../azure/appService/sites');
  const slots = await listSlots(connection, app, signal);
  return slots.map((slot) => appNode('slot', { connection, id }, slot));
}
