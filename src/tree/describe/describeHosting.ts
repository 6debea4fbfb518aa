import * as l10n from '@vscode/l10n';
import { lastSegment } from '../../access/words/format';
import type { ContainerAppSecret } from '../../azure/appService/hosting/containerApp';
import type { WorkflowInfo } from '../../azure/appService/hosting/workflows';
import type { Appearance } from '../appearance';
import { warning } from '../appearance';

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

/**
 * What a secret of a container app shows. Container Apps doesn't say whether it could read the key vault (manage-secrets.md).
 */
export function describeContainerSecret({ name, keyVaultUrl, identity }: ContainerAppSecret): Appearance {
  if (keyVaultUrl === undefined)
    return {
      label: name,
      description: l10n.t('value hidden'),
      details: [
        [l10n.t('Value'), l10n.t('hidden')],
        [
          l10n.t('Advice'),
          l10n.t(
            'The value is stored in the app. To keep it in a key vault instead, run Let App Read Secret…, and then make this secret a reference to it.',
          ),
        ],
      ],
      icon: { theme: 'lock' },
      children: 'none',
    };
  return {
    label: name,
    description: l10n.t('Key Vault reference'),
    details: [
      [l10n.t('Secret in the key vault'), keyVaultUrl],
      [
        l10n.t('Read with'),
        identity === undefined || identity.toLowerCase() === 'system'
          ? l10n.t('the system-assigned identity')
          : lastSegment(identity),
      ],
      [
        l10n.t('Updates'),
        l10n.t(
          'Without a version, the app gets a new one within 30 minutes. To check that the identity can read the secret, run "Why Can\'t It Read?" on the app.',
        ),
      ],
    ],
    icon: { theme: 'key' },
    children: 'none',
  };
}
