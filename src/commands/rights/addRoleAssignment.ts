import * as vscode from 'vscode';
import { ofDelegated } from '../../changes/change';
import { tenantOfResource } from '../../azure/directory/subscriptions';
import { hasVaultDataActions } from '../../access/roleOrder';
import type { Connection } from '../../azure/core/connection';
import type { RoleDefinition } from '../../azure/directory/roles';
import { createRoleAssignment } from '../../azure/directory/roles';
import { UserError } from '../../ui/errors';
import { tell } from '../../ui/messages';
import type { Near } from '../../ui/pickers/nearest';
import { nearTo } from '../../ui/pickers/nearest';
import { pickPrincipal } from '../../ui/pickers/principalPicker';
import { withProgress } from '../../ui/progress';
import { pickOne } from '../../ui/quickPick';
import type { SummaryLine } from '../../ui/summary';
import { confirmSummary } from '../../ui/summary';
import { pickRole } from '../../ui/pickers/rolePicker';
import type { Scope } from '../../ui/pickers/scopePicker';
import { pickScope, scopeOfSecret, scopeOfVault } from '../../ui/pickers/scopePicker';
import { scopeWords } from '../../ui/pickers/scopeWords';
import type {
  AppTarget,
  AssignedIdentityTarget,
  IdentityTarget,
  SecretTarget,
  SubscriptionTarget,
  VaultTarget,
} from '../../inventory/targets';
import type { PrincipalName } from '../../inventory/principalNames';
import { principalNames, principalTypes, unnamedWords } from '../../inventory/principalNames';
import type { PrincipalRolesNode } from '../../tree/nodes/identityNodes';
import { nameOfIdentity, principalOfApp } from '../identities/appPrincipal';
import type { Services } from '../services';

type UsedServices = Pick<Services, 'changes' | 'inventory' | 'log' | 'refresh'>;

const title = () => vscode.l10n.t('Add Role Assignment');

/** Who gets the role. */
type WhoTarget = AppTarget | AssignedIdentityTarget | IdentityTarget | PrincipalRolesNode;
/** Where the role applies. */
type WhereTarget = VaultTarget | SecretTarget | SubscriptionTarget;

/** Assigns a principal a role on a subscription, a resource group, a resource, or a secret. */
export async function addRoleAssignment(
  services: UsedServices,
  node?: WhoTarget | WhereTarget,
): Promise<void> {
  const who = node && isWho(node) ? node : undefined;
  const scope =
    node && !isWho(node)
      ? scopeOf(services, node)
      : await pickScope(services.inventory, title(), who && (await tenantOfPrincipal(who)), nearWho(who));
  const principal = await principalFor(services, scope, who);
  const role = await pickRole(title(), scope, principal.name);
  await confirmAssignment(scope, principal, role);
  await assign(services, scope, principal, role);
}

async function assign(
  services: Pick<Services, 'changes' | 'refresh'>,
  { connection, id: scope, name: place }: Scope,
  { principalId, principalType, name, identityId }: Principal,
  role: RoleDefinition,
): Promise<void> {
  const wanted = { scope, roleDefinitionId: role.id, principalId, principalType };
  const identity = identityId === undefined ? {} : { identityId };
  const { assignment, created, ...delegated } = await withProgress(
    vscode.l10n.t('Assigning {0} to {1}', role.name, name),
    (signal) => createRoleAssignment(connection, { ...wanted, ...identity }, signal),
  );
  if (created) {
    services.changes.record(connection, {
      ...{ kind: 'createRoleAssignment', roleName: role.name, ...wanted },
      ...ofDelegated(assignment.id, delegated),
    });
    tell(
      vscode.l10n.t(
        '{0} now has the role {1} on {2}. It can take up to 10 minutes to take effect.',
        ...[name, role.name, place],
      ),
    );
  } else if (assignment.condition === undefined) {
    tell(vscode.l10n.t('{0} already has the role {1} on {2}.', name, role.name, place));
  } else {
    tell(
      vscode.l10n.t(
        '{0} already has the role {1} on {2}, with a condition that may limit it.',
        ...[name, role.name, place],
      ),
    );
  }
  services.refresh(connection, assignment.id, assignment.id);
}

function isWho(node: WhoTarget | WhereTarget): node is WhoTarget {
  return 'app' in node || 'identity' in node || 'principalId' in node;
}

/** The tenant of a managed identity is that of its subscription. */
function tenantOfPrincipal(who: WhoTarget): Promise<string> {
  const id = 'principalId' in who ? who.identityId : 'identity' in who ? who.identity.id : who.app.id;
  return tenantOfResource(who.connection, id);
}

function nearWho(who: WhoTarget | undefined): Near | undefined {
  if (!who) return undefined;
  return 'principalId' in who ? { id: who.identityId, name: who.principalName } : nearTo(who);
}

function scopeOf({ inventory }: Pick<Services, 'inventory'>, node: WhereTarget): Scope {
  if ('secret' in node) return scopeOfSecret(node);
  if ('vault' in node) return scopeOfVault(node);
  const { connection, subscription } = node;
  const id = `/subscriptions/${subscription.subscriptionId}`;
  return { connection, id, name: scopeWords(inventory, id) };
}

interface Principal {
  readonly principalId: string;
  readonly name: string;
  readonly principalType: string;
  /** ARM ID of the resource with the system-assigned identity, or of the user-assigned identity, if known. */
  readonly identityId?: string;
}

async function principalFor(services: UsedServices, scope: Scope, who?: WhoTarget): Promise<Principal> {
  const managed = { principalType: 'ServicePrincipal' };
  if (who === undefined) return pickAnyPrincipal(services, scope);
  if ('principalId' in who) {
    const { principalId, principalName: name, identityId } = who;
    return { principalId, name, identityId, ...managed };
  }
  if ('identity' in who)
    return {
      ...{ principalId: who.identity.principalId, name: who.identity.name, identityId: who.identity.id },
      ...managed,
    };
  if ('assigned' in who)
    return {
      ...{ principalId: who.assigned.principalId, name: nameOfIdentity(who.assigned), ...managed },
      identityId: who.assigned.resourceId,
    };
  const own = ownIdentity(who);
  if (own) return { principalId: own.principalId, name: who.app.name, identityId: who.app.id, ...managed };
  return { ...(await principalOfApp(services, who, title(), needsIdentity())), ...managed };
}

/** The system-assigned identity, if that's the node. For the node of an app, the command asks which identity to use. */
function ownIdentity({ app, kind }: AppTarget & { readonly kind?: string }) {
  return kind === 'systemIdentity' ? app.identity.systemAssigned : undefined;
}

function needsIdentity(): string {
  return vscode.l10n.t('A role assignment needs an identity.');
}

async function pickAnyPrincipal(services: UsedServices, { connection, id, name }: Scope): Promise<Principal> {
  const tenantId = await tenantOfResource(connection, id);
  const picked = await pickPrincipal(services.inventory, title(), tenantId, { id, name });
  if (picked.kind === 'app')
    return {
      ...(await principalOfApp(services, picked.target, title(), needsIdentity())),
      principalType: 'ServicePrincipal',
    };
  const { principalId, principalType } = picked;
  if (principalType) return { ...picked, principalType };
  return typedPrincipal(services, connection, id, principalId);
}

/**
 * Finds the name and the type of an object ID; the service requires the type. Asks the person if neither Azure nor the
 * directory says.
 */
async function typedPrincipal(
  { inventory }: UsedServices,
  connection: Connection,
  scope: string,
  principalId: string,
): Promise<Principal> {
  const found = await withProgress(vscode.l10n.t('Looking for {0}', principalId), async (signal) => {
    const name = (await principalNames(inventory, connection, [principalId], signal)).get(principalId);
    if (name) return { name: name.name, principalType: typeOfKind(name.kind) };
    const principalType = (await principalTypes(connection, scope, signal)).get(principalId);
    return { name: unnamedWords(principalId, principalType), principalType };
  });
  const { name, principalType = await pickPrincipalType() } = found;
  return { principalId, name, principalType };
}

/** The `principalType` of role assignments. */
function typeOfKind(kind: PrincipalName['kind']): string | undefined {
  if (kind === 'other') return undefined;
  return kind === 'user' ? 'User' : kind === 'group' ? 'Group' : 'ServicePrincipal';
}

function pickPrincipalType(): Promise<string> {
  return pickOne(
    () =>
      Promise.resolve([
        {
          icon: 'server',
          label: vscode.l10n.t('Service principal or managed identity'),
          value: 'ServicePrincipal',
        },
        { icon: 'person', label: vscode.l10n.t('User'), value: 'User' },
        { icon: 'organization', label: vscode.l10n.t('Group'), value: 'Group' },
      ]),
    {
      title: title(),
      placeHolder: vscode.l10n.t("Select the type of this object ID, which the directory doesn't show you"),
    },
    () => new UserError(vscode.l10n.t("There's nothing to select")),
  );
}

/** Shows what the assignment will do, also if it has no effect. */
function confirmAssignment(scope: Scope, { name }: Principal, role: RoleDefinition): Promise<void> {
  const { vault, name: place } = scope;
  const lines: SummaryLine<never>[] = [
    {
      icon: 'shield',
      label: vscode.l10n.t('{0} gets the role {1}', name, role.name),
      detail: role.description,
    },
    {
      icon: 'type-hierarchy',
      label: /\/secrets\/[^/]+$/i.test(scope.id)
        ? vscode.l10n.t('The role applies to {0}', place)
        : vscode.l10n.t('The role applies to {0} and everything in it', place),
    },
    { icon: 'history', label: vscode.l10n.t('It can take up to 10 minutes to take effect') },
    ...(vault?.permissionModel === 'accessPolicies' && hasVaultDataActions(role)
      ? [
          {
            icon: 'warning',
            label: vscode.l10n.t("The role won't give access to secrets: the vault uses access policies"),
            detail: vscode.l10n.t('To give access now, add an access policy instead.'),
          },
        ]
      : []),
  ];
  return confirmSummary(
    { title: title(), placeHolder: vscode.l10n.t('Assign {0} to {1}?', role.name, name) },
    vscode.l10n.t('Assign Role'),
    lines,
  );
}
