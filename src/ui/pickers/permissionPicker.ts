import * as vscode from 'vscode';
import type { Choice } from '../quickPick';
import { pickMany } from '../quickPick';

type Kind = 'secrets' | 'keys' | 'certificates';

export type PickedPermissions = Partial<Record<Kind, string[]>>;

interface Permissions {
  readonly kind: Kind;
  readonly names: readonly string[];
}

/** Asks for an access policy's permissions, with reading secrets preselected. Never returns an empty set. */
export async function pickPermissions(title: string, placeHolder: string): Promise<PickedPermissions> {
  const picked = await pickMany(permissionChoices(), { title, placeHolder });
  if (picked.length === 0) throw new vscode.CancellationError();
  const permissions: PickedPermissions = {};
  for (const { kind, names } of picked)
    permissions[kind] = [...new Set([...(permissions[kind] ?? []), ...names])];
  return permissions;
}

/** Permissions by what they allow, and then each of them. */
export function permissionChoices(): ReadonlyMap<string, readonly Choice<Permissions>[]> {
  const group = (kind: Kind, allowed: string, names: readonly string[], picked = false) => ({
    ...{ label: allowed, description: names.join(', '), picked },
    value: { kind, names },
  });
  const each = (kind: Kind, noun: string) =>
    all[kind].map((name) => ({ label: name, description: noun, value: { kind, names: [name] } }));
  return new Map<string, readonly Choice<Permissions>[]>([
    [
      vscode.l10n.t('Secrets'),
      [
        group('secrets', vscode.l10n.t('Read secrets'), ['get', 'list'], true),
        group('secrets', vscode.l10n.t('Read secrets by name'), ['get']),
        group('secrets', vscode.l10n.t('Create and change secrets'), ['set']),
        group('secrets', vscode.l10n.t('Delete and recover secrets'), ['delete', 'recover']),
        group('secrets', vscode.l10n.t('Back up and restore secrets'), ['backup', 'restore']),
        group('secrets', vscode.l10n.t('Permanently delete secrets'), ['purge']),
      ],
    ],
    [
      vscode.l10n.t('Keys'),
      [
        group('keys', vscode.l10n.t('Read public keys'), ['get', 'list']),
        group('keys', vscode.l10n.t('Encrypt and decrypt'), ['encrypt', 'decrypt']),
        group('keys', vscode.l10n.t('Wrap and unwrap other keys'), ['wrapKey', 'unwrapKey']),
        group('keys', vscode.l10n.t('Sign and verify'), ['sign', 'verify']),
        group('keys', vscode.l10n.t('Create and change keys'), ['create', 'import', 'update']),
        group('keys', vscode.l10n.t('Rotate keys'), ['rotate', 'getrotationpolicy', 'setrotationpolicy']),
        group('keys', vscode.l10n.t('Release keys'), ['release']),
        group('keys', vscode.l10n.t('Delete and recover keys'), ['delete', 'recover']),
        group('keys', vscode.l10n.t('Back up and restore keys'), ['backup', 'restore']),
        group('keys', vscode.l10n.t('Permanently delete keys'), ['purge']),
      ],
    ],
    [
      vscode.l10n.t('Certificates'),
      [
        group('certificates', vscode.l10n.t('Read certificates'), ['get', 'list']),
        group('certificates', vscode.l10n.t('Create and change certificates'), [
          ...['create', 'import', 'update'],
        ]),
        group('certificates', vscode.l10n.t('Manage contacts'), ['managecontacts']),
        group('certificates', vscode.l10n.t('Manage issuers'), [
          ...['manageissuers', 'getissuers', 'listissuers', 'setissuers', 'deleteissuers'],
        ]),
        group('certificates', vscode.l10n.t('Delete and recover certificates'), ['delete', 'recover']),
        group('certificates', vscode.l10n.t('Back up and restore certificates'), ['backup', 'restore']),
        group('certificates', vscode.l10n.t('Permanently delete certificates'), ['purge']),
      ],
    ],
    [vscode.l10n.t('Single permissions on secrets'), each('secrets', vscode.l10n.t('secrets'))],
    [vscode.l10n.t('Single permissions on keys'), each('keys', vscode.l10n.t('keys'))],
    [
      vscode.l10n.t('Single permissions on certificates'),
      each('certificates', vscode.l10n.t('certificates')),
    ],
  ]);
}

/** Permission names as Azure spells them in access policies (Microsoft.KeyVault/vaults). */
const all: Readonly<Record<Kind, readonly string[]>> = {
  secrets: ['get', 'list', 'set', 'delete', 'recover', 'backup', 'restore', 'purge'],
  keys: [
    ...['get', 'list', 'update', 'create', 'import', 'delete', 'recover', 'backup', 'restore', 'decrypt'],
    ...['encrypt', 'unwrapKey', 'wrapKey', 'verify', 'sign', 'purge', 'release', 'rotate'],
    ...['getrotationpolicy', 'setrotationpolicy'],
  ],
  certificates: [
    ...['get', 'list', 'update', 'create', 'import', 'delete', 'recover', 'backup', 'restore'],
    ...[
      'managecontacts',
      'manageissuers',
      'getissuers',
      'listissuers',
      'setissuers',
      'deleteissuers',
      'purge',
    ],
  ],
};
