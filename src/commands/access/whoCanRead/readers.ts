import * as vscode from 'vscode';
import type { SecretReader, SecretReaders, Way } from '../../../access/whoReads';
import { roleGuid } from '../../../azure/directory/roles';
import type { PrincipalName } from '../../../inventory/principalNames';
import {
  kindOfType,
  principalKindWords,
  principalNames,
  typesOfUnnamed,
} from '../../../inventory/principalNames';
import type { VaultTarget } from '../../../inventory/targets';
import type { Services } from '../../services';

/** Who can read, and the names to show for them. */
export interface Found {
  readonly target: VaultTarget;
  /** Absent if the question is about the whole vault. */
  readonly secretName?: string;
  readonly found: SecretReaders;
  /** Of the first readers; {@link readNames} adds others. */
  readonly names: Map<string, PrincipalName>;
  /** Types of principals that only access policies name, as far as role assignments tell them. */
  readonly types: Map<string, string>;
  /** Display names of roles by GUID in lower case. */
  readonly roleNames: ReadonlyMap<string, string>;
  /** Describes a scope. */
  readonly scope: (id: string) => string;
}

export type Question = Pick<Found, 'target' | 'secretName'>;

/** Looking up names takes a request for each so many, so more are looked up while the list is shown. */
export const namesAtOnce = 200;

/** Looks up the names of readers. */
export async function readNames(
  { inventory }: Pick<Services, 'inventory'>,
  { names, types, target }: Found,
  readers: readonly SecretReader[],
  signal: AbortSignal,
): Promise<void> {
  const ids = readers.map(({ principalId }) => principalId).filter((id) => !names.has(id.toLowerCase()));
  if (ids.length === 0) return;
  const { connection, vault } = target;
  for (const [id, name] of await principalNames(inventory, connection, ids, signal)) names.set(id, name);
  // Access policies don't say what kind of principal it is.
  if (vault.permissionModel === 'rbac') return;
  for (const [id, type] of await typesOfUnnamed(connection, vault.id, ids, names, signal))
    types.set(id, type);
}

export function subjectOf({ target, secretName }: Question): string {
  return secretName === undefined
    ? vscode.l10n.t('the secrets of {0}', target.vault.name)
    : vscode.l10n.t('{0} of {1}', secretName, target.vault.name);
}

export function readerName({ names }: Found, { principalId }: SecretReader): string {
  return names.get(principalId.toLowerCase())?.name ?? principalId;
}

function kindOf(
  { names, types }: Found,
  { principalId, principalType }: SecretReader,
): PrincipalName['kind'] {
  const id = principalId.toLowerCase();
  return names.get(id)?.kind ?? kindOfType(principalType ?? types.get(id));
}

export function whoOf(answer: Found, reader: SecretReader): string {
  return principalKindWords(kindOf(answer, reader));
}

/** For example, `Key Vault Secrets User, inherited from resource group rg`. */
export function wayOf({ roleNames, target, scope }: Found, way: Way): string {
  if (way.kind === 'policy')
    return way.policy.applicationId === undefined
      ? vscode.l10n.t('access policy')
      : vscode.l10n.t('access policy, only through the application {0}', way.policy.applicationId);
  const { assignment, inherited, conditional, secretName } = way;
  const guid = roleGuid(assignment.roleDefinitionId);
  const where = inherited
    ? vscode.l10n.t('inherited from {0}', scope(assignment.scope))
    : secretName === undefined
      ? vscode.l10n.t('assigned on {0}', scope(assignment.scope))
      : vscode.l10n.t('only {0} of {1}', secretName, target.vault.name);
  const parts = [roleNames.get(guid) ?? vscode.l10n.t('Role {0}', guid), where];
  return (conditional ? [...parts, vscode.l10n.t('with a condition')] : parts).join(', ');
}

export function denialsOf({ denials }: Pick<SecretReader, 'denials'>): string[] {
  return denials.map(({ name }) => vscode.l10n.t('blocked by the deny assignment {0}', name));
}
