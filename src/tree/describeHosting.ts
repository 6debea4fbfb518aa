import * as l10n from '@vscode/l10n';
import type { WorkflowInfo } from '../azure/appService/hosting/workflows';
import type { Appearance } from './appearance';
import { warning } from './appearance';

/** What a workflow of a logic app shows. */
export function describeWorkflow({ id, name, kind, state, problem }: WorkflowInfo): Appearance {
  return {
    label: name,
    description: [problem === undefined ? '' : l10n.t('unhealthy'), kind, state].filter(Boolean).join(', '),
    details: [
      [l10n.t('State'), state],
      ...(problem === undefined ? [] : [[l10n.t('Problem'), problem] as const]),
      [l10n.t('Resource ID'), id],
    ],
    icon: problem === undefined ? { theme: 'symbol-event' } : warning,
    children: 'none',
  };
}
