import * as l10n from '@vscode/l10n';
import type { LiveInventory } from '../../inventory/inventory';
import { principalTypes } from '../../inventory/principalNames';
import type { AccessNode, Node, PolicyNode } from '../nodes/nodes';
import { nodeId } from '../nodes/nodes';
import { byName, named, namesOfPrincipals, rolesAt } from './roleChildren';

/** Who has access to a vault: its access policies, or the role assignments that apply to it. */
export async function accessOf(
  node: AccessNode,
  inventory: LiveInventory,
  signal: AbortSignal,
): Promise<Node[]> {
  return node.vault.permissionModel === 'rbac'
    ? [rbacNotice(node), ...(await rolesAt(node, node.vault.id, inventory, signal))]
    : policiesOf(node, inventory, signal);
}

async function policiesOf(node: AccessNode, inventory: LiveInventory, signal: AbortSignal): Promise<Node[]> {
  const { connection, vault, id: parentId } = node;
  const ids = vault.accessPolicies.map(({ objectId }) => objectId);
  const names = await namesOfPrincipals(connection, ids, inventory, signal);
  const types = ids.every((id) => names.has(id.toLowerCase()))
    ? undefined
    : await principalTypes(connection, vault.id, signal);
  const nodes = vault.accessPolicies.map((policy): PolicyNode => ({
    kind: 'policy',
    id: nodeId(connection, vault.id, `policies/${policy.objectId}/${policy.applicationId ?? ''}`),
    parentId,
    connection,
    vault,
    policy,
    ...named(names.get(policy.objectId.toLowerCase())),
    ...typed(types?.get(policy.objectId.toLowerCase())),
  }));
  return nodes.sort(byName);
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
