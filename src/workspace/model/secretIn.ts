import { credentialIn } from '../../access/credentials/credentialIn';
import type { Credential, CredentialKind } from '../../access/credentials/credential';
import { keyFormOf, mayBeKey } from '../../access/credentials/keyForms';
import { holdsCredential } from '../../access/reference/looksLikeSecret';
import { hasRightChecksum } from './checksum';
import type { Entry } from './entries';
import type { FileFormat } from './fileKinds';

/** A secret in a file. It contains no secret value. */
export interface FileSecret extends Pick<
  Credential,
  'host' | 'account' | 'expires' | 'endpoints' | 'entityPath'
> {
  /** `templateKey`: the template reads a key when it's deployed, and puts it into a setting. */
  readonly kind: CredentialKind | 'templateKey';
  /** Name of the setting, parameter, or variable; empty if nothing names it. */
  readonly name: string;
  /** Offsets of the whole value, without quotes. */
  readonly start: number;
  readonly end: number;
  /** The key has a right checksum, so it's no sample. */
  readonly isReal?: true;
}

/** What stands beside a value and may say where it's used. */
export function addressesIn(entries: readonly Entry[]): ReadonlyMap<string, string> {
  const addresses = entries.filter(({ value }) => value.length < 300 && isAddress.test(value));
  return new Map(addresses.slice(0, mostAddresses).map(({ name, value }) => [name, value]));
}

const isAddress = /^[\w:/.,-]*\.[\w:/.,-]*$|^[a-z0-9]{3,24}$|^\w+:\/\/localhost/;
/** Each value is compared with all of them. */
const mostAddresses = 200;

/** The credential of an entry, if it holds one; see {@link addressesIn} for `addresses`. */
function credentialOf(
  entry: Entry,
  format: FileFormat,
  addresses: ReadonlyMap<string, string>,
): Credential | undefined {
  const { name, value } = entry;
  if (!mayHold(name, value)) return undefined;
  const credential = credentialIn(name, value, addresses);
  // Code names keys and passwords without holding any, as in `password = readPassword()`.
  const isKeyLike = () => keyFormOf(value) !== undefined || mayBeKey(value) || holdsCredential(value);
  const isCode = format === 'text' && credential?.part === undefined && !isKeyLike();
  return isCode ? undefined : credential;
}

/** Excludes most values at little cost. */
function mayHold(name: string, value: string): boolean {
  if (value.length < 4 || value.length > 20_000) return false;
  return value.length >= 32 || /[=@&]/.test(value) || /key|secret|pass|pwd|token|sas|string/i.test(name);
}

/** The secret of an entry, without its value. */
export function secretIn(
  entry: Entry,
  format: FileFormat,
  addresses: ReadonlyMap<string, string>,
): FileSecret | undefined {
  const credential = credentialOf(entry, format, addresses);
  if (!credential) return undefined;
  const { kind, host, account, expires, endpoints, entityPath, secret } = credential;
  return {
    ...{ kind, name: entry.name, start: entry.start, end: entry.end },
    ...(host ? { host } : {}),
    ...(account === undefined ? {} : { account }),
    ...(expires ? { expires } : {}),
    ...(endpoints ? { endpoints } : {}),
    ...(entityPath === undefined ? {} : { entityPath }),
    ...(hasRightChecksum(secret) ? { isReal: true } : {}),
  };
}

/** Where a template reads a key when it's deployed: it holds no secret, but would put the key back into the app's settings. */
export function templateKeysIn(text: string, path: string): FileSecret[] {
  if (!/\.bicep$|azuredeploy[^/]*\.json$|template[^/]*\.json$/i.test(path)) return [];
  const calls = text.matchAll(/\blist(?:Keys|ConnectionStrings|AccountSas|ServiceSas)(?=\s*\()/gi);
  return [...calls].map(({ 0: name, index }) => ({
    ...({ kind: 'templateKey', name: '', start: index, end: index + name.length } as const),
  }));
}
