import type { Memento } from 'vscode';
import type { Grant } from '../../grants/grant';
import { isSameSubject } from '../../grants/grant';
import type { Undone } from '../../grants/undo';
import { canBeKept } from '../../grants/undoStep';

/** A grant that is remembered. One without steps can't be undone, but others that it depends on are kept for it. */
export interface KeptGrant extends Grant {
  readonly accountId: string;
  /** The tenants of the app and the vault. */
  readonly tenantIds: readonly [app: string, vault: string];
}

const key = 'keyless.grants';
/** How many grants are remembered. */
const most = 20;

/** The grants of all accounts, last first. They contain no secret values. */
export function keptGrants(memento: Memento): readonly KeptGrant[] {
  const kept = memento.get<readonly Partial<KeptGrant>[]>(key) ?? [];
  return kept.filter((grant): grant is KeptGrant => grant.identity !== undefined);
}

/** Remembers a grant or what is left of one. */
export async function keepGrant(memento: Memento, grant: KeptGrant): Promise<void> {
  const kept = { ...grant, steps: grant.steps.filter(canBeKept) };
  const all = keptGrants(memento);
  const isKnown = all.some(({ id }) => id === kept.id);
  // A grant that changed nothing, because another one did the same before, doesn't depend on that one.
  const isRepeated = (one: KeptGrant, other: KeptGrant) =>
    one.id !== other.id && one.steps.length === 0 && isSameSubject(one, other);
  if (all.some((other) => isRepeated(kept, other))) return;
  const others = all.filter((other) => !isRepeated(other, kept));
  const now = isKnown ? others.map((one) => (one.id === kept.id ? kept : one)) : [kept, ...others];
  await memento.update(key, now.slice(0, most));
}

export async function forgetGrant(memento: Memento, id: string): Promise<void> {
  await memento.update(
    key,
    keptGrants(memento).filter((one) => one.id !== id),
  );
}

/** Forgets a grant that was undone. What it left for another grant is undone with that one, and what failed stays its own. */
export async function keepAfterUndo(memento: Memento, grant: KeptGrant, undone: Undone): Promise<void> {
  for (const { step, neededBy } of undone.left) {
    const heir = keptGrants(memento).find(({ id }) => id === neededBy?.id);
    if (heir) await keepGrant(memento, { ...heir, steps: [...heir.steps, step] });
  }
  if (undone.failure) await keepGrant(memento, { ...grant, steps: undone.failure.left });
  else await forgetGrant(memento, grant.id);
}
