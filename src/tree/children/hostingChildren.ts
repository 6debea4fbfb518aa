import * as l10n from '@vscode/l10n';
import type { ContainerSecretsNode, WorkflowsNode } from '../nodes/hostingNodes';
import { messageNode } from '../nodes/messageNodes';
import type { AppNode, Node } from '../nodes/nodes';
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

/** What Keyless can show of a container app, and where to find the rest. */
export function partsOfContainerApp({ connection, app, id: parentId }: AppNode): Node[] {
  const part = <K extends 'identity' | 'containerSecrets'>(kind: K) => ({
    kind,
    id: nodeId(connection, app.id, kind),
    parentId,
    connection,
    app,
  });
  const rest = messageNode(
    parentId,
    l10n.t('Functions, environment variables, and logs are in the portal'),
    'info',
    l10n.t(
      'Azure Container Apps has none of the App Service features that Keyless uses: app settings, function keys, an SCM site with files and a log stream, and slots. For functions and their keys, use the Azure CLI (az containerapp function).',
    ),
  );
  return [part('identity'), part('containerSecrets'), rest];
}

/** The secrets of a container app, without their values. */
export async function containerSecretsOf(
  { connection, app, id: parentId }: ContainerSecretsNode,
  signal: AbortSignal,
): Promise<Node[]> {
  const { listContainerAppSecrets } = await import('../../azure/appService/hosting/containerApp');
  const secrets = await listContainerAppSecrets(connection, app, signal);
  return secrets.map((secret) => ({
    kind: 'containerSecret',
    id: nodeId(connection, app.id, `containerSecrets/${secret.name}`),
    parentId,
    connection,
    app,
    secret,
  }));
}
