import * as vscode from 'vscode';
import type { ReadFacts } from '../../access/model/facts';
import { isWithheld } from '../../access/model/facts';
import type { ReadWish } from '../../access/plan/plan';
import { changesOnLinux, linuxNameAdvice } from '../../access/reference/linuxName';
import { hasFeature } from '../../azure/appService/hosting/features';
import type { FunctionApp, KeyVault } from '../../azure/core/model';
import { formatKeyVaultReference } from '../../azure/keyVault/secretUri';
import type { FactsRead } from '../../grants/readFacts';
import { askText, pickMany } from '../../ui/quickPick';
import type { Choice } from '../../ui/quickPick';

/** The vault, if it exists and can be read. */
export function vaultOf({ vault }: ReadFacts): KeyVault | undefined {
  return isWithheld(vault) || vault.kind !== 'present' ? undefined : vault.vault;
}

type Option = 'vaultScope' | 'setting';

/** What a person can wish for besides access, and what is wished for now. */
export function optionsOf({ facts, app }: FactsRead, wish: ReadWish): readonly Choice<Option>[] {
  const present = vaultOf(facts);
  const choices: Choice<Option>[] = [];
  if (present?.permissionModel === 'rbac')
    choices.push({
      label: vscode.l10n.t('Assign the role on the whole vault'),
      description: vscode.l10n.t('instead of only on this secret'),
      picked: wish.roleScope === 'vault',
      value: 'vaultScope',
    });
  if (present && hasFeature(app, 'references'))
    choices.push({
      label: vscode.l10n.t('Write an app setting as a Key Vault reference'),
      description: wish.setting?.name ?? vscode.l10n.t('the app restarts'),
      picked: wish.setting !== undefined,
      value: 'setting',
    });
  return choices;
}

/** @throws vscode.CancellationError if it was canceled */
export async function askOptions({ facts, app }: FactsRead, wish: ReadWish): Promise<ReadWish> {
  const title = vscode.l10n.t('Let App Read Secret');
  const choices = optionsOf({ facts, app }, wish);
  const picked = await pickMany(new Map([[vscode.l10n.t('Options'), choices]]), {
    title,
    placeHolder: vscode.l10n.t('Select additional options'),
  });
  const vault = vaultOf(facts);
  return {
    roleScope: picked.includes('vaultScope') ? 'vault' : 'secret',
    ...(picked.includes('setting') && vault
      ? { setting: await askSetting(title, app, facts, vault.vaultUri, wish.setting?.name) }
      : {}),
  };
}

async function askSetting(
  title: string,
  app: FunctionApp,
  { target, reference }: ReadFacts,
  vaultUri: string,
  before: string | undefined,
): Promise<NonNullable<ReadWish['setting']>> {
  const { secretName, secretVersion } = target;
  const name = await askText({
    title,
    prompt: vscode.l10n.t('Name of the app setting of {0} that will hold the reference', app.name),
    value: before ?? settingOf(reference) ?? settingNameFor(secretName),
    validateInput: (text) =>
      !/^[\w.:-]+$/.test(text)
        ? vscode.l10n.t('Use only letters, digits, underscores, periods, colons, and hyphens.')
        : app.linux && changesOnLinux(text)
          ? { message: linuxNameAdvice(), severity: vscode.InputBoxValidationSeverity.Warning }
          : undefined,
  });
  const version = secretVersion === undefined ? {} : { version: secretVersion };
  return { name, reference: formatKeyVaultReference({ vaultUri, name: secretName, ...version }) };
}

/** The app setting that has a reference to the secret. */
function settingOf(reference: ReadFacts['reference']): string | undefined {
  return reference?.connectionType === undefined ? reference?.settingName : undefined;
}

/** `DbPassword` and `db-password` become `DB_PASSWORD`. */
function settingNameFor(secretName: string): string {
  return secretName
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase();
}
