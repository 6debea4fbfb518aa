/** Parses and formats secret identifiers and Key Vault references. Sends no requests; small enough to load at activation. */

export interface SecretIdentifier {
  /** `https://host[:port]` without a trailing slash. */
  readonly vaultUri: string;
  readonly name: string;
  readonly version?: string;
}

/** The secret that a Key Vault reference in an app setting names. */
export interface KeyVaultReference {
  /** Either this or `vaultName` is set. */
  readonly vaultUri?: string;
  readonly vaultName?: string;
  readonly secretName: string;
  readonly secretVersion?: string;
}

/** Allows 1 to 127 letters, digits and hyphens. */
export function isSecretName(name: string): boolean {
  return /^[0-9A-Za-z-]{1,127}$/.test(name);
}

/** Allows 32 hex digits. */
export function isSecretVersion(version: string): boolean {
  return /^[0-9a-f]{32}$/i.test(version);
}

/** @returns undefined unless it is an https URL of the form `https://vault/secrets/name[/version]` */
export function parseSecretIdentifier(text: string): SecretIdentifier | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  if (url.protocol !== 'https:' || url.username || url.password || url.search || url.hash) return undefined;
  const [first, collection, name, version, ...rest] = url.pathname.split('/');
  if (first !== '' || collection !== 'secrets' || rest.length > 0) return undefined;
  if (name === undefined || !isSecretName(name)) return undefined;
  if (version && !isSecretVersion(version)) return undefined;
  return { vaultUri: url.origin, name, ...(version ? { version } : {}) };
}

/** `https://vault/secrets/name[/version]`. @throws RangeError for an invalid name or version */
export function formatSecretIdentifier(identifier: SecretIdentifier): string {
  const { name, version } = identifier;
  if (!isSecretName(name)) throw new RangeError('Not a valid secret name.');
  if (version !== undefined && !isSecretVersion(version)) throw new RangeError('Not a valid secret version.');
  const vault = new URL(identifier.vaultUri).origin;
  return `${vault}/secrets/${name}${version === undefined ? '' : `/${version}`}`;
}

/** `@Microsoft.KeyVault(SecretUri=…)`, an app setting's value that App Service replaces with the secret. */
export function formatKeyVaultReference(identifier: SecretIdentifier): string {
  return `@Microsoft.KeyVault(SecretUri=${formatSecretIdentifier(identifier)})`;
}

/** @returns undefined if the text isn't a reference or App Service couldn't resolve it */
export function parseKeyVaultReference(text: string): KeyVaultReference | undefined {
  const inner = /^\s*@Microsoft\.KeyVault\((.*)\)\s*$/i.exec(text)?.[1];
  if (inner === undefined) return undefined;
  const uri = /^\s*SecretUri\s*=\s*(.+?)\s*$/i.exec(inner)?.[1];
  if (uri !== undefined) {
    const identifier = parseSecretIdentifier(uri);
    if (!identifier) return undefined;
    const { vaultUri, name, version } = identifier;
    return { vaultUri, secretName: name, ...(version === undefined ? {} : { secretVersion: version }) };
  }
  const parts = new Map<string, string>();
  for (const part of inner.split(';')) {
    const at = part.indexOf('=');
    if (at > 0) parts.set(part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim());
  }
  const vaultName = parts.get('vaultname');
  const secretName = parts.get('secretname');
  const secretVersion = parts.get('secretversion');
  if (!vaultName || !isVaultName(vaultName) || !secretName || !isSecretName(secretName)) return undefined;
  if (secretVersion && !isSecretVersion(secretVersion)) return undefined;
  return { vaultName, secretName, ...(secretVersion ? { secretVersion } : {}) };
}

/** Allows 3 to 24 letters, digits and hyphens, starting with a letter. */
export function isVaultName(name: string): boolean {
  return /^[A-Za-z][0-9A-Za-z-]{1,22}[0-9A-Za-z]$/.test(name);
}
