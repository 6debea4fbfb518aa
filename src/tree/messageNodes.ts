import { AccountError } from '../account/accountError';
import type { ErrorNode, MessageNode } from './nodes';

/** A node that says why something could not be read, and what to do. Retry reads the parent again. */
export async function errorNode(parentId: string | undefined, error: unknown): Promise<ErrorNode> {
  const id = `${parentId ?? 'root'}#error`;
  return { kind: 'error', id, ...(parentId === undefined ? {} : { parentId }), ...(await wordsOf(error)) };
}

/** An error in words, for a node. */
export async function wordsOf(error: unknown): Promise<{ reason: string; nextStep?: string }> {
  if (error instanceof AccountError) {
    return { reason: error.reason, ...(error.nextStep === undefined ? {} : { nextStep: error.nextStep }) };
  }
  const { explain } = await import('../azure/explain');
  return explain(error);
}

export function messageNode(
  parentId: string,
  text: string,
  icon: MessageNode['icon'] = 'info',
  detail?: string,
): MessageNode {
  return {
    kind: 'message',
    id: `${parentId}#message`,
    parentId,
    text,
    icon,
    ...(detail === undefined ? {} : { detail }),
  };
}
