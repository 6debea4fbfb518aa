import { apiVersions } from '../../core/apiVersions';
import type { Connection } from '../../core/connection';
import type { JsonObject } from '../../core/json';
import { objectOf, stringOf } from '../../core/json';
import type { FunctionApp } from '../../core/model';
import { listResourceManager, rowsOf } from '../../core/request';

/** A workflow of a logic app. */
export interface WorkflowInfo {
  readonly id: string;
  readonly name: string;
  /** `Stateful`, `Stateless`, or whatever else the service returns. */
  readonly kind?: string;
  /** e.g. `Enabled`, `Disabled`. */
  readonly state: string;
  /** What's wrong with it, in the service's own words. */
  readonly problem?: string;
}

/** The workflows of a logic app or of one of its slots (WebApps.json, `WebApps_ListWorkflows`). @throws AzureError */
export async function listWorkflows(
  c: Connection,
  app: FunctionApp,
  signal?: AbortSignal,
): Promise<WorkflowInfo[]> {
  const path = `${app.id}/workflows`;
  return rowsOf(await listResourceManager(c, { path, apiVersion: apiVersions.web, signal }), workflowOf);
}

function workflowOf(json: JsonObject): WorkflowInfo | undefined {
  const id = stringOf(json['id']);
  const name = stringOf(json['name'])?.split('/').pop();
  if (id === undefined || name === undefined) return undefined;
  const { flowState, health } = objectOf(json['properties']);
  const { state, error } = objectOf(health);
  const kind = stringOf(json['kind']);
  const isSick = stringOf(state)?.toLowerCase() === 'unhealthy';
  return {
    ...{ id, name, state: stringOf(flowState) ?? '' },
    ...(kind === undefined ? {} : { kind }),
    ...(isSick ? { problem: stringOf(objectOf(error)['message']) ?? 'Unhealthy' } : {}),
  };
}
