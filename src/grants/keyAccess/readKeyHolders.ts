import type { Finding } from '../../access/credentials/findings';
import { keyUsersOf } from '../../access/keyAccess/keyAccessFacts';
import type { HeldKey, KeyHolder, RotationFacts } from '../../access/keyAccess/rotation';
import { parseResourceId } from '../../azure/core/armId';
import type { Connection } from '../../azure/core/connection';
import type { ResourceKey } from '../../azure/resources/keyRotation';
import { listKeyPairs, readRotatable } from '../../azure/resources/keyRotation';
import type { AppKeys, AppsInScope } from '../../inventory/findKeys';
import { findKeysOf } from '../../inventory/findKeys';
import { keyFingerprint } from '../../inventory/keysLeft';

/**
 * Reads which app holds which key of a resource. No key leaves this function: they are compared by fingerprints.
 * @throws AzureError if the resource or its keys can't be read
 */
export async function readKeyHolders(
  c: Connection,
  resourceId: string,
  { apps, unlisted }: AppsInScope,
  signal: AbortSignal,
): Promise<RotationFacts> {
  const resource = await readRotatable(c, resourceId, signal);
  const all: AppKeys[] = [];
  await findKeysOf(apps, (one) => all.push(one), signal);
  const openers = all.map((one) => ({ ...one, ...openingIn(one, resource) }));
  const parts = openers.flatMap(({ findings }) => findings.flatMap(({ entityPath }) => entityPath ?? []));
  // Services that delete their keys list none while keys are off.
  const pairs = resource.keysWork ? await listKeyPairs(c, resource, [...new Set(parts)], signal) : [];
  const holders = openers.flatMap((one) => holdersIn(one, pairs.flat()));
  const heldBy = (name: string) => holders.filter(({ keyName }) => keyName === name);
  const held = pairs.map((keys) => ({
    keys: keys.map(({ name, madeAt }): HeldKey => ({
      ...{ keyName: name, holders: heldBy(name) },
      ...(madeAt ? { madeAt } : {}),
    })),
  }));
  const isHeld = ({ keys }: (typeof held)[number]) => keys.some((key) => key.holders.length > 0);
  return {
    resource: { id: resource.id, name: resource.name, keysWork: resource.keysWork },
    pairs: [...held.filter(isHeld), ...held.filter((pair) => !isHeld(pair))],
    others: holders.filter(({ keyName }) => keyName === undefined),
    unread: [
      ...unlisted.map(({ name }) => name),
      ...all.filter(({ failure }) => failure).map(({ app }) => app.name),
    ],
  };
}

/**
 * The name of the key of a resource that a text contains; undefined if there is none.
 * @param part the queue, topic, or event hub that the text names
 * @throws AzureError
 */
export async function findKeyIn(
  c: Connection,
  resourceId: string,
  { text, part }: { readonly text: string; readonly part: string | undefined },
  signal: AbortSignal,
): Promise<string | undefined> {
  const resource = await readRotatable(c, resourceId, signal);
  if (!resource.keysWork) return undefined;
  const pairs = await listKeyPairs(c, resource, part === undefined ? [] : [part], signal);
  const isIn = ({ value }: ResourceKey) =>
    [value, encodeURIComponent(value)].some((key) => text.includes(key));
  return pairs.flat().find(isIn)?.name;
}

/** The credentials of an app that open the resource by their host name. */
function openingIn(
  { app, found }: AppKeys,
  { id, name }: { readonly id: string; readonly name: string },
): { readonly findings: readonly Finding[] } {
  const type = parseResourceId(id).type;
  const findings = (found?.keys ?? []).map(({ finding }) => finding);
  return { findings: keyUsersOf({ name, type }, [{ app, findings }])[0]?.findings ?? [] };
}

/** Also what has one of the keys without saying what it opens. Fingerprints of different accounts differ. */
function holdersIn(
  { connection, app, found, findings }: AppKeys & { readonly findings: readonly Finding[] },
  keys: readonly ResourceKey[],
): KeyHolder[] {
  const names = new Map(keys.map(({ name, value }) => [keyFingerprint(connection, value), name]));
  return (found?.keys ?? []).flatMap(({ finding, setting }): KeyHolder[] => {
    const keyName = names.get(finding.fingerprint ?? '');
    if (keyName === undefined && !findings.includes(finding)) return [];
    return [
      {
        ...{ app: { id: app.id, name: app.name }, finding },
        ...(keyName === undefined ? {} : { keyName }),
        ...(setting ? { setting } : {}),
      },
    ];
  });
}
