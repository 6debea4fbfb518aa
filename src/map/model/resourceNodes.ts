import * as l10n from '@vscode/l10n';
import type { KeyVault } from '../../azure/core/model';
import type { MapBuilder } from './mapBuilder';

/** The node IDs of resources. */
export const appNode = (app: { readonly id: string }) => `app ${app.id}`.toLowerCase();
export const identityNode = (resourceId: string) => `identity ${resourceId}`.toLowerCase();
export const vaultNode = (vault: { readonly id: string }) => `vault ${vault.id}`.toLowerCase();
const secretNode = (vaultId: string, name: string) => `secret ${vaultId}/secrets/${name}`.toLowerCase();

/** Adds a secret below its vault. @returns its node */
export function addSecret(map: MapBuilder, vault: KeyVault, name: string, note = ''): string {
  const vaultId = vaultNode(vault);
  const id = map.node({
    id: secretNode(vault.id, name),
    kind: 'secret',
    name,
    note,
    resourceId: `${vault.id}/secrets/${name}`,
    vaultId,
  });
  map.path('holds', vaultId, id, { label: '', text: l10n.t('contains secret') });
  return id;
}
