import type { ContainerAppSecret } from '../../azure/appService/hosting/containerApp';
import type { WorkflowInfo } from '../../azure/appService/hosting/workflows';
import type { OfApp } from './base';

/** The workflows of a logic app, which it has instead of functions. */
export interface WorkflowsNode extends OfApp {
  readonly kind: 'workflows';
}

export interface WorkflowNode extends OfApp {
  readonly kind: 'workflow';
  readonly workflow: WorkflowInfo;
}

/** The secrets of a container app, some of which may come from key vaults. */
export interface ContainerSecretsNode extends OfApp {
  readonly kind: 'containerSecrets';
}

export interface ContainerSecretNode extends OfApp {
  readonly kind: 'containerSecret';
  readonly secret: ContainerAppSecret;
}
