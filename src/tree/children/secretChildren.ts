import * as l10n from '@vscode/l10n';
import { AccountError } from '../../account/accountError';
import type { SecretInfo } from '../../azure/core/model';
import type { SecretPage } from '../../azure/keyVault/secrets';
import { messageNode, wordsOf, refusedOf } from '../nodes/messageNodes';
import type { Page, SecretNode, SecretsNode, VersionNode } from '../nodes/nodes';
import { nodeId } from '../nodes/nodes';
import { inParts } from './page';

/** A vault's secrets, or what Resource Manager knows of them if the vault refuses. */
export async function secretsOf(node: SecretsNode, signal: AbortSignal): Promise<Page> {
  const { connection, vault } = node;
  const { listSecrets } = await import('../../azure/keyVault/secrets');
  try {
    const page = await listSecrets(connection, vault, undefined, signal);
    const nodes = page.items.map((secret) => secretNode(node, secret));
    if (page.continuation !== undefined) {
      const next = page.continuation;
      return { nodes, more: (later) => partFrom(node, next, later) };
    }
    return { nodes: nodes.length === 0 ? [messageNode(node.id, l10n.t('No secrets'))] : nodes };
  } catch (error) {
    signal.throwIfAborted();
    if (!isRefusal(error)) throw error;
    return secretsThroughResourceManager(node, error, signal);
  }
}

/** The pages of a part that the user asks for. The first one of a list is shown as soon as it's there. */
const pagesAtOnce = 8;

async function partFrom(node: SecretsNode, continuation: string, signal: AbortSignal): Promise<Page> {
  const { listSecrets } = await import('../../azure/keyVault/secrets');
  const nodes: SecretNode[] = [];
  let next: string | undefined = continuation;
  for (let pages = 0; pages < pagesAtOnce && next !== undefined; pages++) {
    const page: SecretPage = await listSecrets(node.connection, node.vault, next, signal);
    for (const secret of page.items) nodes.push(secretNode(node, secret));
    next = page.continuation;
  }
  const rest = next;
  return rest === undefined ? { nodes } : { nodes, more: (later) => partFrom(node, rest, later) };
}

/**
 * Whether a vault can't be used from here because of missing permissions, a firewall or (with private endpoints) the
 * network. Throttling and similar errors don't count because they go away by themselves.
 */
function isRefusal(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || error instanceof AccountError) return false;
  const status = 'status' in error ? error.status : undefined;
  return status === undefined || status === 401 || status === 403;
}

/** Lists secrets through Resource Manager, which knows their names even if the vault refuses or can't be reached. */
async function secretsThroughResourceManager(
  node: SecretsNode,
  refusal: unknown,
  signal: AbortSignal,
): Promise<Page> {
  const { connection, vault } = node;
  const { listSecretsThroughResourceManager } = await import('../../azure/keyVault/vaults');
  let secrets: SecretInfo[];
  try {
    secrets = await listSecretsThroughResourceManager(connection, vault, signal);
  } catch {
    signal.throwIfAborted();
    // The vault's own error is more helpful than Resource Manager's.
    throw refusal;
  }
  const { reason, nextStep } = await wordsOf(refusal);
  const notice = messageNode(
    node.id,
    l10n.t('Listed by Resource Manager because the vault refused'),
    'warning',
    nextStep ? `${reason} ${nextStep}` : reason,
    await refusedOf(node, refusal),
  );
  const page = inParts(
    secrets.map((secret) => secretNode(node, secret)),
    node,
    l10n.t('No secrets'),
  );
  return { ...page, nodes: [notice, ...page.nodes] };
}

function secretNode({ connection, vault, id: parentId }: SecretsNode, secret: SecretInfo): SecretNode {
  return {
    kind: 'secret',
    id: nodeId(connection, vault.id, `secrets/${secret.name}`),
    parentId,
    connection,
    vault,
    secret,
  };
}

/** A secret's versions, newest first. Only a list that fits on one page tells which version is current. */
export async function versionsOf(
  node: SecretNode,
  continuation: string | undefined,
  signal: AbortSignal,
): Promise<Page> {
  const { connection, vault, secret, id: parentId } = node;
  const { listSecretVersions } = await import('../../azure/keyVault/secrets');
  const page = await listSecretVersions(connection, vault, secret.name, continuation, signal);
  const complete = page.continuation === undefined && continuation === undefined;
  const newestFirst = [...page.items].sort(
    (a, b) => (b.created?.getTime() ?? 0) - (a.created?.getTime() ?? 0),
  );
  const nodes = newestFirst.map((version, index): VersionNode => ({
    kind: 'version',
    id: nodeId(connection, vault.id, `secrets/${secret.name}/${version.version ?? ''}`),
    parentId,
    connection,
    vault,
    secret: version,
    current: complete && index === 0,
  }));
  const next = page.continuation;
  return {
    nodes,
    ...(next === undefined ? {} : { more: (later: AbortSignal) => versionsOf(node, next, later) }),
  };
}
