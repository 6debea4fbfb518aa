import * as vscode from 'vscode';
import type { Choice } from '../quickPick';
import { pickMany } from '../quickPick';

export type PickedPermissions = Partial<Record<'keys' | 'secrets' | 'certificates', string[]>>;

/** Asks for an access policy's permissions, with get and list on secrets preselected. Never returns an empty set. */
export async function pickPermissions(title: string): Promise<PickedPermissions> {
  const groups = new Map(
    permissionKinds.map(({ kind, heading, noun, names }) => [
      heading(),
      names.map((name): Choice<{ kind: keyof PickedPermissions; name: string }> => ({
        label: name,
        description: noun(),
        picked: kind === 'secrets' && (name === 'get' || name === 'list'),
        value: { kind, name },
      })),
    ]),
  );
  const picked = await pickMany(groups, {
    title,
    placeHolder: vscode.l10n.t('Select permissions: get reads secret values, list shows secret names'),
  });
  if (picked.length === 0) throw new vscode.CancellationError();
  const permissions: PickedPermissions = {};
  for (const { kind, name } of picked) (permissions[kind] ??= []).push(name);
  return permissions;
}

/** Permission names as Azure spells them in access policies (Microsoft.KeyVault/vaults). */
const permissionKinds = [
  {
    kind: 'secrets',
    heading: () => vscode.l10n.t('Secrets'),
    noun: () => vscode.l10n.t('secrets'),
    names: ['get', 'list', 'set', 'delete', 'recover', 'backup', 'restore', 'purge'],
  },
  {
    kind: 'keys',
    heading: () => vscode.l10n.t('Keys'),
    noun: () => vscode.l10n.t('keys'),
    names: [
      ...[
        'get',
        'list',
        'update',
        'create',
        'import',
        'delete',
        'recover',
        'backup',
        'restore',
        'decrypt',
        'encrypt',
        'unwrapKey',
        'wrapKey',
      ],
      ...['verify', 'sign', 'purge', 'release', 'rotate', 'getrotationpolicy', 'setrotationpolicy'],
    ],
  },
  {
    kind: 'certificates',
    heading: () => vscode.l10n.t('Certificates'),
    noun: () => vscode.l10n.t('certificates'),
    names: [
      ...[
        'get',
        'list',
        'update',
        'create',
        'import',
        'delete',
        'recover',
        'backup',
        'restore',
        'managecontacts',
      ],
      ...['manageissuers', 'getissuers', 'listissuers', 'setissuers', 'deleteissuers', 'purge'],
    ],
  },
] as const;
