import type { Entry } from './entries';
import { entriesIn } from './entries';
import { formatOf, isLocalSettings } from './fileKinds';
import { readLocalSettings } from './localSettings';
import type { FileSecret } from './secretIn';
import { addressesIn, secretIn, templateKeysIn } from './secretIn';

/**
 * Finds the secrets in a file, in order.
 * @param path with slashes
 * @param pause is called between small steps, and waited for if it returns something
 */
export async function searchText(
  text: string,
  path: string,
  pause: () => Promise<void> | undefined = () => undefined,
): Promise<FileSecret[]> {
  if (isLocalSettings(path) && readLocalSettings(text)?.encrypted) return [];
  const format = formatOf(path);
  const entries: Entry[] = [];
  for (const some of entriesIn(text, path)) {
    entries.push(...some);
    const waiting = pause();
    if (waiting) await waiting;
  }
  const addresses = addressesIn(entries);
  const found: FileSecret[] = templateKeysIn(text, path);
  for (const entry of entries) {
    const secret = secretIn(entry, format, addresses);
    if (secret) found.push(secret);
    if (found.length >= mostSecrets) break;
    const waiting = pause();
    if (waiting) await waiting;
  }
  return found.sort((one, other) => one.start - other.start);
}

/** No one reads more of them in one file. */
const mostSecrets = 200;

/** The value of a secret that was found in this text; undefined if the text has changed. */
export function entryOf(text: string, path: string, { start, end, name }: FileSecret): Entry | undefined {
  const all = [...entriesIn(text, path)].flat();
  return all.find((entry) => entry.start === start && entry.end === end && entry.name === name);
}
