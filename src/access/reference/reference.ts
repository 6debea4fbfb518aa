import * as l10n from '@vscode/l10n';
import type { SettingId } from '../../azure/core/model';
import type { ReferenceFacts } from '../model/facts';

/** What is known of a setting before its reference is looked at. */
export function referenceIn({ name: settingName, connectionType }: SettingId): ReferenceFacts {
  return { settingName, ...(connectionType === undefined ? {} : { connectionType }) };
}

/** Whether a setting's value is meant to be a Key Vault reference, valid or not. */
export function isReference(value: string): boolean {
  return /^\s*@Microsoft\.KeyVault\(/i.test(value);
}

/**
 * Says what is wrong with the syntax of a Key Vault reference, as words that follow a colon; undefined if it's valid.
 * Forms: `@Microsoft.KeyVault(SecretUri=https://vault/secrets/name[/version])` and
 * `@Microsoft.KeyVault(VaultName=v;SecretName=s[;SecretVersion=x])` (App Service documentation on references).
 */
export function referenceProblem(reference: string): string | undefined {
  const text = reference.trim();
  if (!isReference(text)) return l10n.t('it doesn\'t start with "@Microsoft.KeyVault("');
  if (!text.endsWith(')')) return l10n.t('the closing parenthesis at the end is missing');
  const inner = text.slice(text.indexOf('(') + 1, -1).trim();
  const uri = /^SecretUri\s*=\s*(.*)$/is.exec(inner)?.[1];
  return uri === undefined ? partsProblem(inner) : uriProblem(uri);
}

function uriProblem(text: string): string | undefined {
  if (text.includes(';')) return l10n.t("SecretUri can't be combined with other parts");
  if (!URL.canParse(text)) return l10n.t("SecretUri isn't a URL");
  const { protocol, pathname, username, password, search, hash } = new URL(text);
  if (protocol !== 'https:') return l10n.t('SecretUri doesn\'t start with "https://"');
  if (username || password || search || hash)
    return l10n.t('SecretUri contains more than a vault, a secret, and a version');
  const [, collection, name = '', version = '', ...rest] = pathname.split('/');
  if (collection !== 'secrets')
    return l10n.t('SecretUri doesn\'t have the form "https://vault/secrets/name"');
  if (rest.length > 0) return l10n.t('SecretUri continues after the version');
  if (!name) return l10n.t("SecretUri doesn't name a secret");
  switch (namesProblem(name, version)) {
    case 'name':
      return l10n.t('the secret name in SecretUri is invalid');
    case 'version':
      return l10n.t("the version in SecretUri isn't 32 hexadecimal digits");
    case undefined:
      return undefined;
  }
}

function partsProblem(inner: string): string | undefined {
  const parts = new Map(
    inner.split(';').map((part) => {
      const [key = '', ...value] = part.split('=');
      return [key.trim().toLowerCase(), value.join('=').trim()] as const;
    }),
  );
  const [vault, secret] = [parts.get('vaultname'), parts.get('secretname')];
  if (!vault && !secret) return l10n.t('it has neither SecretUri nor VaultName and SecretName');
  if (!vault) return l10n.t('VaultName is missing');
  if (!secret) return l10n.t('SecretName is missing');
  if (!/^[a-z][0-9a-z-]{1,22}[0-9a-z]$/i.test(vault)) return l10n.t("VaultName isn't a valid vault name");
  switch (namesProblem(secret, parts.get('secretversion') ?? '')) {
    case 'name':
      return l10n.t('the secret name is invalid');
    case 'version':
      return l10n.t("the version isn't 32 hexadecimal digits");
    case undefined:
      return undefined;
  }
}

function namesProblem(secret: string, version: string): 'name' | 'version' | undefined {
  if (!/^[0-9a-z-]{1,127}$/i.test(secret)) return 'name';
  return version && !/^[0-9a-f]{32}$/i.test(version) ? 'version' : undefined;
}
