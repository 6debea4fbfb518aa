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
