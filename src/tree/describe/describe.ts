import * as l10n from '@vscode/l10n';
import { lastSegment } from '../../access/words/format';
import type { FunctionApp } from '../../azure/core/model';
import type { Appearance } from '../appearance';
import { group, warning, withPlace } from '../appearance';
import { describeContainerSecret, describeWorkflow } from './describeHosting';
import { describeIdentity } from './describeIdentity';
import { appSummary, markOfApp } from './appWords';
import {
  appDetails,
  identitySummary,
  functionSummary,
  functionDetails,
  vaultSummary,
  vaultDetails,
  policyDetails,
  principalWords,
  permissionSummary,
  fileDetails,
} from './details';
import type { Node } from '../nodes/nodes';
import { describeSetting } from '../children/settingChildren';
import { looksOfSecret, secretDetails, secretStates } from './secretWords';

/** What a node shows. @param now used for "expires in N days" */
export function describe(node: Node, now: Date): Appearance {
  switch (node.kind) {
    case 'tenantError':
      return {
        label: node.tenant.displayName || node.tenant.tenantId,
        description: withPlace(node.reason, node.place),
        details: [
          [l10n.t('Tenant ID'), node.tenant.tenantId],
          [l10n.t('Reason'), node.reason],
          ...(node.nextStep ? [[l10n.t('What to do'), node.nextStep] as const] : []),
        ],
        icon: warning,
        children: 'none',
      };
    case 'subscription': {
      const { displayName, subscriptionId, tenantId, state } = node.subscription;
      const usable = state === 'Enabled';
      return {
        label: displayName,
        ...optionalDescription(
          [
            usable ? '' : state,
            node.isOneOfManyTenants ? node.tenantName : '',
            node.ambiguous ? subscriptionId : '',
          ]
            .filter(Boolean)
            .join(', '),
        ),
        details: [
          [l10n.t('Subscription ID'), subscriptionId],
          ...(node.tenantName ? [[l10n.t('Tenant'), node.tenantName] as const] : []),
          [l10n.t('Tenant ID'), tenantId],
          [l10n.t('State'), state],
        ],
        icon: { file: 'subscription' },
        children: 'collapsed',
      };
    }
    case 'resourceGroup':
      return {
        label: node.group.name,
        ...optionalDescription(node.group.location),
        details: [[l10n.t('Resource ID'), node.group.id]],
        icon: { theme: 'layers' },
        children: 'collapsed',
      };
    case 'functionApps':
      return group(l10n.t('Function Apps'), 'zap');
    case 'keyVaults':
      return group(l10n.t('Key Vaults'), 'shield');
    case 'app':
    case 'slot':
      return {
        label: node.kind === 'slot' ? slotName(node.app) : node.app.name,
        description: withPlace(appSummary(node.app), node.place),
        details: appDetails(node.app),
        icon: { file: node.kind === 'slot' ? 'slot' : 'functionApp' },
        ...markOfApp(node.app),
        children: 'collapsed',
      };
    case 'slots':
      return group(l10n.t('Slots'), 'versions');
    case 'identity':
      return { ...group(l10n.t('Identity'), 'account'), description: identitySummary(node.app) };
    case 'systemIdentity':
    case 'userIdentity':
    case 'identities':
    case 'userAssigned':
    case 'identityUsers':
    case 'identityUser':
    case 'principalRoles':
    case 'secretRoles':
    case 'roleAssignment':
      return describeIdentity(node);
    case 'functions':
      return group(l10n.t('Functions'), 'code');
    case 'function':
      return {
        label: node.fn.name,
        ...optionalDescription(functionSummary(node.fn)),
        details: functionDetails(node.fn),
        icon: { file: 'function' },
        children: 'none',
      };
    case 'workflows':
      return group(l10n.t('Workflows'), 'type-hierarchy-sub');
    case 'workflow':
      return describeWorkflow(node.workflow);
    case 'containerSecrets':
      return group(l10n.t('Secrets'), 'key');
    case 'containerSecret':
      return describeContainerSecret(node.secret);
    case 'appSettings':
      return group(l10n.t('App Settings'), 'settings');
    case 'connectionStrings':
      return group(l10n.t('Connection Strings'), 'plug');
    case 'keysLeft':
      return group(l10n.t('Keys Left'), 'unlock');
    case 'keyLeft':
      return node.appearance;
    case 'appSetting':
      return describeSetting(node.setting, node.app);
    case 'files':
      return group(l10n.t('Files'), 'files');
    case 'file':
    case 'folder':
      return {
        label: node.entry.name,
        details: fileDetails(node),
        icon: { theme: node.kind },
        children: node.kind === 'folder' ? 'collapsed' : 'none',
      };
    case 'vault':
      return {
        label: node.vault.name,
        description: withPlace(vaultSummary(node.vault), node.place),
        details: vaultDetails(node.vault),
        icon: { file: 'keyVault' },
        children: 'collapsed',
      };
    case 'secrets':
      return group(l10n.t('Secrets'), 'key');
    case 'secret':
      return {
        label: node.secret.name,
        ...optionalDescription(secretStates(node.secret, now).join(', ')),
        details: secretDetails(node.secret, now),
        ...looksOfSecret(node.secret, now, { file: 'secret' }),
        children: 'collapsed',
      };
    case 'version':
      return {
        label: node.secret.version?.slice(0, 8) ?? '',
        ...optionalDescription(
          [...(node.current ? [l10n.t('Current')] : []), ...secretStates(node.secret, now)].join(', '),
        ),
        details: secretDetails(node.secret, now),
        ...looksOfSecret(node.secret, now, { file: 'version' }),
        children: 'none',
      };
    case 'access':
      return {
        ...group(l10n.t('Access'), 'organization'),
        description:
          node.vault.permissionModel === 'rbac' ? l10n.t('role assignments') : l10n.t('access policies'),
      };
    case 'policy': {
      const { policy, place, principalName } = node;
      const { name, kind } = principalWords(policy.objectId, principalName, node.principalType);
      return {
        label: name,
        description: [permissionSummary(policy), kind, place].filter(Boolean).join(', '),
        details: policyDetails(policy, principalName),
        icon: { file: 'policy' },
        children: 'none',
      };
    }
    case 'remembered':
      return {
        label: node.name,
        description: node.state === 'refreshing' ? l10n.t('refreshing…') : l10n.t('last known'),
        details: [[l10n.t('Resource ID'), node.resourceId]],
        ...remembered[node.what],
      };
    case 'sessionExpired':
      return {
        label: l10n.t('Session expired'),
        description: [node.reason, node.account.label].filter(Boolean).join(', '),
        details: [
          ...(node.reason ? [[l10n.t('Reason'), node.reason] as const] : []),
          [
            l10n.t('What to do'),
            node.nextStep ?? l10n.t('Sign in again. Until then, the tree shows what was last known.'),
          ],
        ],
        icon: warning,
        children: 'none',
      };
    case 'message':
      return {
        label: node.text,
        ...optionalDescription(node.icon === 'warning' ? node.detail : undefined),
        details: node.detail ? [['', node.detail]] : [],
        icon: node.icon === 'warning' ? warning : { theme: 'info' },
        children: 'none',
      };
    case 'error':
      return {
        label: node.reason,
        ...optionalDescription(node.nextStep),
        details: node.nextStep ? [[l10n.t('What to do'), node.nextStep]] : [],
        icon: { theme: 'error', color: 'list.errorForeground' },
        children: 'none',
      };
    case 'loadMore':
      return {
        label: l10n.t('More'),
        description: l10n.t('after the first {0}', node.shown),
        details: [],
        icon: { theme: 'ellipsis' },
        children: 'collapsed',
      };
  }
}

const remembered = {
  subscription: { icon: { file: 'subscription' }, children: 'collapsed' },
  resourceGroup: { icon: { theme: 'layers' }, children: 'collapsed' },
  functionApps: { icon: { theme: 'zap' }, children: 'collapsed' },
  keyVaults: { icon: { theme: 'shield' }, children: 'collapsed' },
  app: { icon: { file: 'functionApp' }, children: 'none' },
  vault: { icon: { file: 'keyVault' }, children: 'none' },
  identities: { icon: { theme: 'account' }, children: 'collapsed' },
  userAssigned: { icon: { file: 'identity' }, children: 'none' },
} as const;

function optionalDescription(text: string | undefined): { description?: string } {
  const trimmed = text?.replace(/^, /, '');
  return trimmed ? { description: trimmed } : {};
}

/** Azure returns slot names as `app/slot`. Otherwise the name is taken from the ID. */
function slotName(app: FunctionApp): string {
  return app.name.includes('/') ? lastSegment(app.name) : lastSegment(app.id);
}
