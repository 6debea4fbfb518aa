import type { Caller, SandboxContext } from '../context';
import { decide } from '../authorization/rbac';
import type { AccessPolicy, Vault } from '../world/world';
import { VaultError } from './errors';
import { ipv4Of, networkBlockFor } from './networkAcls';

/** What a caller can do with secrets, by the names of the REST operations. */
export type SecretOperation =
  | 'getSecret'
  | 'getSecrets'
  | 'getSecretVersions'
  | 'setSecret'
  | 'updateSecret'
  | 'deleteSecret'
  | 'backupSecret'
  | 'restoreSecret'
  | 'getDeletedSecret'
  | 'getDeletedSecrets'
  | 'recoverDeletedSecret'
  | 'purgeDeletedSecret';

interface Right {
  /** The permission in an access policy. */
  permission: string;
  /** The data action below Microsoft.KeyVault/vaults/secrets/. */
  dataAction: string;
}

const rights: Record<SecretOperation, Right> = {
  getSecret: { permission: 'get', dataAction: 'getSecret/action' },
  getSecrets: { permission: 'list', dataAction: 'readMetadata/action' },
  getSecretVersions: { permission: 'list', dataAction: 'readMetadata/action' },
  setSecret: { permission: 'set', dataAction: 'setSecret/action' },
  updateSecret: { permission: 'set', dataAction: 'update/action' },
  deleteSecret: { permission: 'delete', dataAction: 'delete' },
  backupSecret: { permission: 'backup', dataAction: 'backup/action' },
  restoreSecret: { permission: 'restore', dataAction: 'restore/action' },
  getDeletedSecret: { permission: 'get', dataAction: 'readMetadata/action' },
  getDeletedSecrets: { permission: 'list', dataAction: 'readMetadata/action' },
  recoverDeletedSecret: { permission: 'recover', dataAction: 'recover/action' },
  purgeDeletedSecret: { permission: 'purge', dataAction: 'purge/action' },
};

/**
 * Accepts a request or throws the real service's 403. Never checks whether the secret exists: a caller
 * without permission gets 403 for a missing secret, not 404 (inferred).
 * @param address the client's, for the firewall
 * @param secretName undefined for operations on the whole vault (list, restore)
 * @throws VaultError 403 Forbidden with ForbiddenByConnection, ForbiddenByNsp, ForbiddenByFirewall,
 * ForbiddenByRbac, ForbiddenByPolicy or AccessDenied
 */
export function authorize(
  context: SandboxContext,
  vault: Vault,
  caller: Caller,
  address: string,
  operation: SecretOperation,
  secretName?: string,
): void {
  checkNetwork(vault, caller, address);
  if (vault.enableRbacAuthorization === true) checkRoles(context, vault, caller, operation, secretName);
  else checkAccessPolicies(vault, caller, operation);
}

/** Texts: Azure/sap-automation#245 (2022) and microsoft/multimodal-ai#171 (2025). */
function checkNetwork(vault: Vault, caller: Caller, address: string): void {
  const block = networkBlockFor(vault, address);
  if (block === undefined) return;
  const who = `Caller: ${callerText(caller)}\r\nVault: ${vaultText(vault)}`;
  if (block === 'connection')
    throw forbidden(
      'ForbiddenByConnection',
      `Public network access is disabled and request is not from a trusted service nor via an approved private link.\r\n${who}`,
    );
  // Code and first sentence: quoted in a public Bicep template. That it is an inner code is inferred.
  if (block === 'perimeter')
    throw forbidden('ForbiddenByNsp', `The request was forbidden by NSP policy.\r\n${who}`);
  throw forbidden(
    'ForbiddenByFirewall',
    `Client address is not authorized and caller is not a trusted service.\r\nClient address: ${ipv4Of(address)}\r\n${who}`,
  );
}

/** Text: piyushsachdeva/Terraform_AKS#2 (2024). The lines about a deny assignment are inferred. */
function checkRoles(
  context: SandboxContext,
  vault: Vault,
  caller: Caller,
  operation: SecretOperation,
  secretName: string | undefined,
): void {
  const action = `Microsoft.KeyVault/vaults/secrets/${rights[operation].dataAction}`;
  const scope = secretName === undefined ? vault.id : `${vault.id}/secrets/${secretName}`;
  const principals = [caller.objectId, ...caller.groupIds];
  const decision = decide(context.world, context.clock.now(), principals, action, 'dataAction', scope);
  if (decision.allowed) return;
  const denied = decision.denyAssignmentId;
  throw forbidden(
    'ForbiddenByRbac',
    [
      'Caller is not authorized to perform action on resource.',
      'If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.',
      `Caller: ${callerText(caller)}`,
      `Action: '${action}'`,
      `Resource: '${lowerCaseTypes(scope)}'`,
      'Assignment: (not found)',
      `DenyAssignmentId: ${denied === undefined ? 'null' : `'${denied.replaceAll('-', '')}'`}`,
      `DecisionReason: '${denied === undefined ? 'DeniedWithNoValidRBAC' : 'DeniedByDenyAssignment'}' `,
      `Vault: ${vaultText(vault)}`,
      '',
    ].join('\r\n'),
  );
}

/**
 * Text: turbot/steampipe-plugin-azure#127; newer pastes omit `numgroups` for callers without groups. The inner
 * code is `AccessDenied` in most pastes and `ForbiddenByPolicy` in hashicorp/terraform-provider-azurerm#26691.
 * That the second one is for callers whose policies lack only this permission is inferred. The older texts,
 * "Caller was not found on any access policy." and "Operation is not allowed.", had these two codes.
 */
function checkAccessPolicies(vault: Vault, caller: Caller, operation: SecretOperation): void {
  const { permission } = rights[operation];
  const principals = new Set([caller.objectId, ...caller.groupIds].map((id) => id.toLowerCase()));
  const policies = vault.accessPolicies.filter((policy) => principals.has(policy.objectId.toLowerCase()));
  // A policy with an application ID applies to the principal only *through* that application (a compound
  // identity).
  const applying = policies.filter(
    ({ applicationId }) =>
      applicationId === undefined ||
      (!caller.isApp && applicationId.toLowerCase() === caller.appId.toLowerCase()),
  );
  if (applying.some((policy) => gives(policy, permission))) return;
  if (policies.some((policy) => gives(policy, permission))) throw onBehalfOfOnly(caller);
  throw forbidden(
    applying.length > 0 ? 'ForbiddenByPolicy' : 'AccessDenied',
    `The user, group or application '${callerText(caller, true)}' does not have secrets ${permission} permission on key vault '${vaultText(vault)}'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`,
  );
}

function gives({ permissions }: AccessPolicy, permission: string): boolean {
  return (permissions.secrets ?? []).some((name) => ['all', permission].includes(name.toLowerCase()));
}

/** Text: azure-key-vault-to-kubernetes#232 (2021). */
function onBehalfOfOnly(caller: Caller): VaultError {
  return forbidden(
    'ForbiddenByPolicy',
    `The policy requires the caller '${callerText(caller)}' to use on-behalf-of (OBO) flow. For more information on OBO, please see https://go.microsoft.com/fwlink/?linkid=2152310`,
  );
}

function forbidden(innerCode: string, message: string): VaultError {
  return new VaultError(403, 'Forbidden', message, innerCode);
}

function callerText(caller: Caller, withGroups = false): string {
  const groups = withGroups && caller.groupIds.length > 0 ? `;numgroups=${caller.groupIds.length}` : '';
  return `appid=${caller.appId};oid=${caller.objectId}${groups};iss=${caller.issuer}`;
}

function vaultText(vault: Vault): string {
  return `${vault.name};location=${vault.location}`;
}

/** The message has `/resourcegroups/` and `microsoft.keyvault` in lowercase, and names unchanged. */
function lowerCaseTypes(scope: string): string {
  return scope
    .replace(/\/resourceGroups\//i, '/resourcegroups/')
    .replace(/\/providers\/Microsoft\.KeyVault\//i, '/providers/microsoft.keyvault/');
}
