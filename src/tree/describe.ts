import type { FunctionApp } from '../azure/model';
import type { Detail } from './details';
import {
  appDetails,
  identitySummary,
  functionSummary,
  functionDetails,
  vaultSummary,
  vaultDetails,
  secretDetails,
  policyDetails,
  permissionSummary,
  secretStates,
} from './details';
import type { Node } from './nodes';
import { describeSetting } from './settings';

/** What a node shows, as plain text from outside: items.ts makes it harmless. */
export interface Appearance {
  readonly label: string;
  readonly description?: string;
  /** Name and value of each line below the label in the tooltip. */
  readonly details: readonly Detail[];
  readonly icon: Icon;
  readonly children: 'none' | 'collapsed' | 'expanded';
}

/** A picture of media/light and media/dark, or an icon of VS Code's own. */
export type Icon = { readonly file: string } | { readonly theme: string; readonly color?: string };

/** @param now for "expires in N days" */
export function describe(node: Node, now: Date): Appearance {
  switch (node.kind) {
    case 'tenantError':
      return {
        label: node.tenant.displayName || node.tenant.tenantId,
        description: node.reason,
        details: [
          ['Tenant ID', node.tenant.tenantId],
          ['Not listed', node.reason],
          ...(node.nextStep ? [['What to do', node.nextStep] as const] : []),
        ],
        icon: warning,
        children: 'none',
      };
    case 'subscription': {
      const { displayName, subscriptionId, tenantId, state } = node.subscription;
      const usable = state === 'Enabled';
      return {
        label: displayName,
        ...(usable ? {} : { description: state }),
        details: [
          ['Subscription ID', subscriptionId],
          ['Tenant ID', tenantId],
          ['State', state],
        ],
        icon: { file: 'subscription' },
        children: 'collapsed',
      };
    }
    case 'functionApps':
      return group('Function Apps', 'zap');
    case 'keyVaults':
      return group('Key Vaults', 'shield');
    case 'app':
    case 'slot':
      return {
        label: node.kind === 'slot' ? slotName(node.app) : node.app.name,
        description: node.app.state,
        details: appDetails(node.app),
        icon: { file: node.kind === 'slot' ? 'slot' : 'functionApp' },
        children: 'collapsed',
      };
    case 'slots':
      return group('Slots', 'versions');
    case 'identity':
      return { ...group('Identity', 'account'), description: identitySummary(node.app) };
    case 'systemIdentity': {
      const principalId = node.app.identity.systemAssigned?.principalId;
      return {
        label: 'System-assigned',
        description: principalId ? `On, ${principalId}` : 'Off',
        details: principalId
          ? [
              ['State', 'On'],
              ['Principal ID', principalId],
            ]
          : [['State', 'Off']],
        icon: { file: principalId ? 'identity' : 'identityOff' },
        children: 'none',
      };
    }
    case 'userIdentity':
      return {
        label: lastSegment(node.assigned.resourceId),
        description: 'user-assigned',
        details: [
          ['Principal ID', node.assigned.principalId],
          ['Client ID', node.assigned.clientId],
          ['Resource ID', node.assigned.resourceId],
        ],
        icon: { file: 'identity' },
        children: 'none',
      };
    case 'functions':
      return group('Functions', 'code');
    case 'function':
      return {
        label: node.fn.name,
        ...optionalDescription(functionSummary(node.fn)),
        details: functionDetails(node.fn),
        icon: { file: 'function' },
        children: 'none',
      };
    case 'appSettings':
      return group('Application Settings', 'settings');
    case 'appSetting':
      return describeSetting(node.setting);
    case 'vault':
      return {
        label: node.vault.name,
        description: vaultSummary(node.vault),
        details: vaultDetails(node.vault),
        icon: { file: 'keyVault' },
        children: 'collapsed',
      };
    case 'secrets':
      return group('Secrets', 'key');
    case 'secret':
    case 'version':
      return {
        label: node.kind === 'version' ? (node.secret.version ?? '') : node.secret.name,
        ...optionalDescription(
          [node.kind === 'version' && node.current ? 'current' : '', ...secretStates(node.secret, now)].join(
            ', ',
          ),
        ),
        details: secretDetails(node.secret, now),
        icon: { file: node.kind === 'version' ? 'version' : 'secret' },
        children: node.kind === 'version' ? 'none' : 'collapsed',
      };
    case 'access':
      return {
        ...group('Access', 'organization'),
        description: node.vault.permissionModel === 'rbac' ? 'role assignments' : 'access policies',
      };
    case 'policy':
      return {
        label: node.principalName ?? node.policy.objectId,
        description: permissionSummary(node.policy),
        details: policyDetails(node.policy, node.principalName),
        icon: { file: 'policy' },
        children: 'none',
      };
    case 'roleAssignment':
      return {
        label: node.principalName ?? node.assignment.principalId,
        description: node.roleName,
        details: [
          ['Role', node.roleName],
          ['Principal ID', node.assignment.principalId],
          ['Principal type', node.assignment.principalType],
          ['Scope', node.assignment.scope],
        ],
        icon: { file: 'policy' },
        children: 'none',
      };
    case 'remembered':
      return { label: node.name, details: [['Resource ID', node.resourceId]], ...remembered[node.what] };
    case 'message':
      return {
        label: node.text,
        details: node.detail ? [['', node.detail]] : [],
        icon: node.icon === 'warning' ? warning : { theme: 'info' },
        children: 'none',
      };
    case 'error':
      return {
        label: node.reason,
        ...optionalDescription(node.nextStep),
        details: node.nextStep ? [['What to do', node.nextStep]] : [],
        icon: { theme: 'error', color: 'list.errorForeground' },
        children: 'none',
      };
    case 'loadMore':
      return {
        label: 'Load More…',
        description: `${node.shown} shown`,
        details: [],
        icon: { theme: 'ellipsis' },
        children: 'none',
      };
  }
}

const warning: Icon = { theme: 'warning', color: 'list.warningForeground' };

const remembered = {
  subscription: { icon: { file: 'subscription' }, children: 'collapsed' },
  functionApps: { icon: { theme: 'zap' }, children: 'collapsed' },
  keyVaults: { icon: { theme: 'shield' }, children: 'collapsed' },
  app: { icon: { file: 'functionApp' }, children: 'none' },
  vault: { icon: { file: 'keyVault' }, children: 'none' },
} as const;

function group(label: string, theme: string): Appearance {
  return { label, details: [], icon: { theme }, children: 'collapsed' };
}

function optionalDescription(text: string | undefined): { description?: string } {
  const trimmed = text?.replace(/^, /, '');
  return trimmed ? { description: trimmed } : {};
}

/** Names of slots come as `app/slot`, or from the ID. */
function slotName(app: FunctionApp): string {
  return app.name.includes('/') ? lastSegment(app.name) : lastSegment(app.id);
}

function lastSegment(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
