import * as l10n from '@vscode/l10n';
import type { AccessPolicy } from '../../azure/core/model';
import type { LiveInventory } from '../../inventory/inventory';
import { typesOfUnnamed } from '../../inventory/principalNames';
import type { AccessNode, Node, Page, PolicyNode } from '../nodes/nodes';
import { nodeId } from '../nodes/nodes';
import { inPartsOf, orMessage } from './page';
import { withPlaces } from './places';
import { byName, named, namesOfPrincipals, rolesAt } from './roleChildren';

/** Who has access to a vault: its access policies, or the role assignments that apply to it. */
export async function accessOf(
  node: AccessNode,
  inventory: LiveInventory,
  signal: AbortSignal,
): Promise<Page> {
  if (node.vault.permissionModel !== 'rbac') return policiesOf(node, inventory, signal);
  const { nodes, ...more } = await rolesAt(node, node.vault.id, inventory, signal);
  return { nodes: [rbacNotice(node), ...nodes], ...more };
}

async function policiesOf(node: AccessNode, inventory: LiveInventory, signal: AbortSignal): Promise<Page> {
  const { connection, vault, id: parentId } = node;
  const nodeOf = (
    policy: AccessPolicy,
    names: ReadonlyMap<string, string>,
    types: ReadonlyMap<string, string>,
  ): PolicyNode => ({
    kind: 'policy',
    id: nodeId(connection, vault.id, `policies/${policy.objectId}/${policy.applicationId ?? ''}`),
    parentId,
    connection,
    vault,
    policy,
    ...named(names.get(policy.objectId.toLowerCase())),
    ...typed(types.get(policy.objectId.toLowerCase())),
  });
  const page = await inPartsOf(
    vault.accessPolicies,
    async (part, later) => {
      const ids = part.map(({ objectId }) => objectId);
      const names = await namesOfPrincipals(connection, ids, inventory, later);
      const types = await typesOfUnnamed(connection, vault.id, ids, names, later);
      const nodes = part.map((policy) => nodeOf(policy, names, types));
      return withPlaces(nodes, ({ policy }) => policy.objectId).sort(byName);
    },
    signal,
  );
  return orMessage(page, node, l10n.t('No one has access'));
}

function typed(principalType: string | undefined): { principalType?: string } {
  return principalType === undefined ? {} : { principalType };
}

function rbacNotice({ id }: AccessNode): Node {
  return {
    kind: 'message',
    id: `${id}#rbac`,
    parentId: id,
    text: l10n.t('Uses Azure role assignments'),
    detail: l10n.t(
      "Access policies don't apply to this vault. Owner and Contributor can manage it but can't read its secrets.",
    ),
    icon: 'info',
  };
}
