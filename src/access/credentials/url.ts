import type { Credential } from './credential';
import { hostOf, isLocal } from './hosts';
import { isPlaceholder } from './keyForms';
import { isSigned, sasExpiry } from './sas';

/** Finds the credential in a URL: a shared access signature, a function key, or a password; undefined if it has none. */
export function credentialInUrl(text: string): Credential | undefined {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || isLocal(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const found = signatureIn(url) ?? functionKeyIn(url) ?? passwordIn(url);
  return found && !isPlaceholder(found.secret) ? found : undefined;
}

/** Finds the credential in a shared access signature without its URL. */
export function credentialInQuery(text: string): Credential | undefined {
  const query = new URLSearchParams(text.replace(/^\?/, ''));
  if (/[\s;]/.test(text) || !isSigned(query)) return undefined;
  const expires = sasExpiry(text);
  return { kind: 'sasUrl', secret: query.get('sig') ?? '', part: 'sig', ...(expires ? { expires } : {}) };
}

function signatureIn(url: URL): Credential | undefined {
  const secret = url.searchParams.get('sig') ?? '';
  if (!isSigned(url.searchParams)) return undefined;
  const host = hostOf(url.hostname);
  const expires = sasExpiry(url.search);
  const kind =
    host?.service === 'storage' ? 'storageSas' : host?.service === 'logicApp' ? 'logicAppUrl' : 'sasUrl';
  return { kind, secret, part: 'sig', ...(host ? { host } : {}), ...(expires ? { expires } : {}) };
}

function functionKeyIn(url: URL): Credential | undefined {
  const secret = url.searchParams.get('code') ?? '';
  const host = hostOf(url.hostname);
  // A `code` elsewhere is a country, a coupon, or a one-time code of a sign-in.
  if (secret.length < 20 || (host?.service !== 'site' && !url.pathname.startsWith('/api/'))) return undefined;
  return { kind: 'functionKey', secret, part: 'code', ...(host ? { host } : {}) };
}

function passwordIn(url: URL): Credential | undefined {
  if (url.password === '') return undefined;
  const host = hostOf(url.hostname);
  const secret = decoded(url.password);
  const found = { secret, part: 'password', ...(host ? { host } : {}) };
  if (host?.service === 'cosmos') return { kind: 'cosmosKey', ...found };
  if (/^rediss?:$/i.test(url.protocol)) return { kind: 'redisKey', ...found };
  if (/^(?:postgres(?:ql)?|mysql|mssql|sqlserver|mongodb(?:\+srv)?):$/i.test(url.protocol))
    return { kind: 'databasePassword', ...found, ...databaseIn(url) };
  return { kind: 'other', ...found };
}

function databaseIn({ pathname }: URL): { database?: string } {
  const database = decoded(pathname.slice(1));
  return database === '' ? {} : { database };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
