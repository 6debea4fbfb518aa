import type { WorkflowsNode } from '../nodes/hostingNodes';
import type { Node } from '../nodes/nodes';
import { nodeId } from '../nodes/nodes';

/** The workflows of a logic app. */
export async function workflowsOf(
  { connection, app, id: parentId }: WorkflowsNode,
  signal: AbortSignal,
): Promise<Node[]> {
  const { listWorkflows } = await import('../../azure/appService/hosting/workflows');
  const workflows = await listWorkflows(connection, app, signal);
  return workflows.map((workflow) => ({
    kind: 'workflow',
    id: nodeId(connection, workflow.id),
    parentId,
    connection,
    app,
    workflow,
  }));
}
