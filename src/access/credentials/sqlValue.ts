import { Parts, partsOf } from './parts';

/**
 * A connection string of SqlClient that signs in with a managed identity instead of a password; undefined if it's one of
 * another driver, each of which writes that in its own way. All other parts stay as they were written.
 */
export function withManagedIdentity(value: string): string | undefined {
  const parts = partsOf(value);
  const all = new Parts(parts);
  const names = ['Server', 'DataSource', 'Addr', 'Address', 'NetworkAddress'];
  if (/^\s*[a-z]+:/i.test(value) || all.find('Driver', 'DSN') || !all.find(...names)) return undefined;
  const kept = parts.filter(({ name }) => !signsIn.test(name));
  // The parts of another string could become parts of this one if a quote in it is open.
  if (kept.some(({ text }) => /^[^=]*=\s*['"]/.test(text) && !/['"]\s*$/.test(text))) return undefined;
  return [...kept.map(({ text }) => text.trim()), 'Authentication=Active Directory Managed Identity'].join(
    ';',
  );
}

/** Whether a connection string of SqlClient signs in with the system-assigned identity. */
export function signsInWithoutPassword(value: string): boolean {
  const parts = new Parts(partsOf(value));
  const way = parts.value('Authentication')?.replaceAll(/\s/g, '') ?? '';
  return (
    /^ActiveDirectory(?:ManagedIdentity|MSI|Default)$/i.test(way) && !parts.find('User Id', 'UID', 'User')
  );
}

/** What says who signs in, with its synonyms (SqlClient, DbConnectionStringKeywords). */
const signsIn =
  /^(?:password|pwd|user *id|uid|user|authentication|integrated *security|trusted_connection|persist *security *info)$/i;
