import { isDeepStrictEqual } from 'node:util';
import * as l10n from '@vscode/l10n';
import type { Connection } from '../core/connection';
import { AzureError } from '../core/errors';
import type { KeyVault, SecretInfo } from '../core/model';
import { inTurn, startingOver } from '../core/queue';
import type { SecretAttributes } from './secrets';
import { findSecretVersions, updateSecret } from './secrets';

type Tags = Readonly<Record<string, string>>;

/** The tags that a person saw, and what they made of them. */
interface TagEdit {
  readonly was: Tags;
  readonly wanted: Tags;
}

type Found = readonly [SecretInfo, ...SecretInfo[]];

/** Key Vault keeps at most this many (about-secrets, Secret tags). */
const mostTags = 15;

/**
 * Changes tags of a version or of the current one, and other attributes with them. Key Vault replaces all tags at once and
 * has no ETag (secrets.json), so this reads them right before the write, changes only the tags that the person changed, and
 * reads them again to notice a change that was lost.
 * @throws AzureError `TagsChanged` if someone else changed the same tags (nothing is written), `TagsLost` if someone else's
 * write overwrote ours; RangeError for an invalid name or version
 */
export async function editSecretTags(
  c: Connection,
  vault: KeyVault,
  { name, version }: { readonly name: string; readonly version?: string | undefined },
  edit: TagEdit,
  attributes: SecretAttributes,
  signal?: AbortSignal,
): Promise<SecretInfo> {
  const read = () => findSecretVersions(c, vault, name, version, signal);
  return await inTurn(c, `${vault.vaultUri}/secrets/${name}`, () =>
    startingOver(c, signal, read, async (found) => {
      const [now, ...equals] = likely(found, edit.was);
      const tags = mergedTags(now.tags, edit);
      if (equals.some((one) => !isDeepStrictEqual(one.tags, now.tags)))
        throw conflict(l10n.t('Several versions of {0} were created in the same second.', name));
      const change = { ...attributes, tags };
      // What was read is this version, which may no longer be the current one.
      const read = equals.length === 0 ? now.version : undefined;
      const after = await updateSecret(c, vault, name, read, change, { signal, once: true });
      const [kept] = await findSecretVersions(c, vault, name, after.version, undefined);
      if (changedTags(edit).some((tag) => tagIn(kept.tags, tag) !== tagIn(edit.wanted, tag)))
        throw lost(name);
      return { ...after, tags: kept.tags };
    }),
  );
}

/** Of versions that were created in the same second, the person saw the current one. */
function likely(found: Found, was: Tags): Found {
  const [first, ...others] = found.filter(({ tags }) => isDeepStrictEqual(tags, was));
  return first ? [first, ...others] : found;
}

/** The tags that exist now, with the changes of the edit. @throws AzureError */
function mergedTags(now: Tags, { was, wanted }: TagEdit): Tags {
  const changed = changedTags({ was, wanted });
  for (const tag of changed)
    if (tagIn(now, tag) !== tagIn(was, tag) && tagIn(now, tag) !== tagIn(wanted, tag))
      throw conflict(l10n.t('Someone else changed the tag {0} in the meantime.', tag));
  const merged = new Map(Object.entries(now));
  for (const tag of changed) {
    const value = tagIn(wanted, tag);
    if (value === undefined) merged.delete(tag);
    else merged.set(tag, value);
  }
  if (merged.size > mostTags)
    throw conflict(
      l10n.t('With the tags that were added in the meantime, there are more than {0}.', mostTags),
    );
  return Object.fromEntries(merged);
}

function changedTags({ was, wanted }: TagEdit): string[] {
  return [...new Set([...Object.keys(was), ...Object.keys(wanted)])].filter(
    (tag) => tagIn(was, tag) !== tagIn(wanted, tag),
  );
}

/** A tag can have the name of a property that every object has. */
function tagIn(tags: Tags, tag: string): string | undefined {
  return Object.hasOwn(tags, tag) ? tags[tag] : undefined;
}

function conflict(reason: string): AzureError {
  const nextStep = l10n.t('Refresh the vault and check the current tags, then try again.');
  return new AzureError(reason, { code: 'TagsChanged', explanation: { reason, nextStep } });
}

function lost(name: string): AzureError {
  const reason = l10n.t(
    'Your change to the tags of {0} was lost because someone else changed them at the same time.',
    name,
  );
  const nextStep = l10n.t(
    'Key Vault replaces all tags of a secret at once. Refresh the vault and check the current tags, then try again.',
  );
  return new AzureError(reason, { code: 'TagsLost', explanation: { reason, nextStep } });
}
