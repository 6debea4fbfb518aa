import type { Connection } from '../../../../src/azure/core/connection';
import type { HeldSetting, KeyFacts } from '../../../../src/grants/replace/readReplaceFacts';
import { readReplaceFacts } from '../../../../src/grants/replace/readReplaceFacts';

interface KeyQuestion {
  readonly appId: string;
  readonly setting: string;
  readonly source?: HeldSetting['source'];
  readonly identity: string;
}

/** What is found out about a single credential; nothing if the setting has none. */
export async function factsOfKey(
  c: Connection,
  { appId, setting: name, source, identity }: KeyQuestion,
  signal: AbortSignal,
): Promise<Partial<KeyFacts>> {
  const settings = [{ name, ...(source ? { source } : {}) }];
  return (await readReplaceFacts(c, { appId, settings, identity }, signal)).keys[0] ?? {};
}
