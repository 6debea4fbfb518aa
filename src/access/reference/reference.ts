import * as l10n from '@vscode/l10n';

/** Whether the value of an app setting is meant as a Key Vault reference, in order or not. */
export function isReference(value: string): boolean {
  return /^\s*@Microsoft\.KeyVault\(/i.test(value);
}

/**
 * What is wrong with the text of a Key Vault reference, in words that go after a colon; undefined where it is in order.
 * Forms: `@Microsoft.KeyVault(SecretUri=https://vault/secrets/name[/version])` and
 * `@Microsoft.KeyVault(VaultName=v;SecretName=s[;SecretVersion=x])` (App Service's documentation of references).
 */
export function referenceProblem(reference: string): string | undefined {
  const text = reference.trim();
  if (!isReference(text)) return l10n.t('it does not begin with "@Microsoft.KeyVault("');
  if (!text.endsWith(')')) return l10n.t('the closing parenthesis is missing at its end');
  const inner = text.slice(text.indexOf('(') + 1, -1).trim();
  const uri = /^SecretUri\s*=\s*(.*)$/is.exec(inner)?.[1];
  return uri === undefined ? partsProblem(inner) : uriProblem(uri);
}

function uriProblem(text: string): string | undefined {
  if (text.includes(';')) return l10n.t('nothing may stand beside SecretUri');
  if (!URL.canParse(text)) return l10n.t('SecretUri is no URL');
  const { protocol, pathname, username, password, search, hash } = new URL(text);
  if (protocol !== 'https:') return l10n.t('SecretUri does not begin with "https://"');
  if (username || password || search || hash)
    return l10n.t('SecretUri has more in it than a vault, a secret and a version');
  const [, collection, name = '', version = '', ...rest] = pathname.split('/');
  if (collection !== 'secrets') return l10n.t('SecretUri is not of the form "https://vault/secrets/name"');
  if (rest.length > 0) return l10n.t('SecretUri goes on after the version');
  if (!name) return l10n.t('SecretUri names no secret');
  switch (namesProblem(name, version)) {
    case 'name':
      return l10n.t('SecretUri has a name that no secret can have');
    case 'version':
      return l10n.t('SecretUri has a version that is not 32 hexadecimal digits');
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
  if (!vault && !secret) return l10n.t('it names neither SecretUri nor VaultName and SecretName');
  if (!vault) return l10n.t('VaultName is missing');
  if (!secret) return l10n.t('SecretName is missing');
  if (!/^[a-z][0-9a-z-]{1,22}[0-9a-z]$/i.test(vault)) return l10n.t('VaultName can be the name of no vault');
  switch (namesProblem(secret, parts.get('secretversion') ?? '')) {
    case 'name':
      return l10n.t('it has a name that no secret can have');
    case 'version':
      return l10n.t('it has a version that is not 32 hexadecimal digits');
    case undefined:
      return undefined;
  }
}

function namesProblem(secret: string, version: string): 'name' | 'version' | undefined {
  if (!/^[0-9a-z-]{1,127}$/i.test(secret)) return 'name';
  return version && !/^[0-9a-f]{32}$/i.test(version) ? 'version' : undefined;
}
