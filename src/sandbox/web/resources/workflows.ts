import fs from 'node:fs/promises';
import path from 'node:path';
import { methodNotAllowed } from '../../arm/errors';
import { isRecord } from '../../arm/json';
import type { ArmCall } from '../../arm/provider';
import type { Answer } from '../../server/http';
import type { Site } from '../../world/world';
import { wwwrootOf } from '../host/functions';
import { regionName } from './siteBody';
import { cannotFind } from './webError';

/** Whether a site is a Logic App Standard. */
function isWorkflowApp({ kind }: Site): boolean {
  return kind.toLowerCase().split(',').includes('workflowapp');
}

/**
 * `…/sites/app/workflows`: the folders with a workflow.json. Bodies follow the examples of WebApps.json (`ListWorkflows`,
 * `GetWorkflow`). That other sites have none to find, and that a workflow without a kind is stateful, is inferred.
 */
export async function answerWorkflows(call: ArmCall, site: Site, [name]: string[]): Promise<Answer> {
  if (call.method !== 'GET') throw methodNotAllowed(call.method);
  if (!isWorkflowApp(site)) throw cannotFind('Workflow', name ?? '');
  const entries = await fs.readdir(wwwrootOf(site), { withFileTypes: true }).catch(() => []);
  const bodies = await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map((entry) => workflowBody(site, entry.name)),
  );
  const value = bodies.filter((body) => body !== undefined);
  if (name === undefined) return { status: 200, json: { value, nextLink: null } };
  const found = value.find((body) => body.id.toLowerCase().endsWith(`/${name.toLowerCase()}`));
  if (found === undefined) throw cannotFind('Workflow', name);
  return { status: 200, json: found };
}

interface WorkflowBody {
  id: string;
  [member: string]: unknown;
}

async function workflowBody(site: Site, name: string): Promise<WorkflowBody | undefined> {
  const file = path.join(wwwrootOf(site), name, 'workflow.json');
  const text = await fs.readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { kind, error } = read(text);
  return {
    id: `${site.id}/workflows/${name}`,
    name: `${site.name}/${name}`,
    type: `${site.type}/workflows`,
    location: regionName(site.location),
    kind,
    properties: {
      flowState: 'Enabled',
      health: error === undefined ? { state: 'Healthy' } : { state: 'Unhealthy', error },
    },
  };
}

function read(text: string): { kind: string; error?: { code: string; message: string } } {
  try {
    const json: unknown = JSON.parse(text);
    return { kind: isRecord(json) && typeof json['kind'] === 'string' ? json['kind'] : 'Stateful' };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: 'Stateful', error: { code: 'InvalidWorkflowJson', message: error.message } };
  }
}
