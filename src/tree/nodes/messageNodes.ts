import { AccountError } from '../../account/accountError';
import type { ErrorNode, MessageNode, Node, Refused } from './nodes';

/** A node that says why something couldn't be read and what to do. Retry reads the parent again. */
export async function errorNode(
  parentId: string | undefined,
  error: unknown,
  parent?: Node,
): Promise<ErrorNode> {
  const { signInAfter } = await import('../../account/signInAgain');
  const id = `${parentId ?? 'root'}#error`;
  return {
    kind: 'error',
    id,
    ...(parentId === undefined ? {} : { parentId }),
    ...(await wordsOf(error)),
    ...signInAfter(error),
    ...(parent ? await refusedOf(parent, error) : {}),
  };
}

/** What commands need to fix a refusal that occurred below `node`. Empty if the error isn't a refusal. */
export async function refusedOf(node: Node, error: unknown): Promise<Refused> {
  const { refusalOf } = await import('../../azure/explain/refusal');
  const refusal = error instanceof AccountError ? undefined : refusalOf(error);
  if (!refusal || !('connection' in node) || !node.connection) return {};
  const { connection } = node;
  if (!('vault' in node) || !node.vault) return { connection, refusal };
  const secret = 'secret' in node && node.secret ? { secret: node.secret } : {};
  return { connection, vault: node.vault, ...secret, refusal };
}

/** Describes an error for a node. */
export async function wordsOf(error: unknown): Promise<{ reason: string; nextStep?: string }> {
  if (error instanceof AccountError) {
    return { reason: error.reason, ...(error.nextStep === undefined ? {} : { nextStep: error.nextStep }) };
  }
  const { explain } = await import('../../azure/explain/explain');
  return explain(error);
}

export function messageNode(
  parentId: string,
  text: string,
  icon: MessageNode['icon'] = 'info',
  detail?: string,
  about: Refused & Pick<MessageNode, 'app'> = {},
): MessageNode {
  return {
    kind: 'message',
    id: `${parentId}#message`,
    parentId,
    text,
    icon,
    ...(detail === undefined ? {} : { detail }),
    ...about,
  };
}
