import type { Memento } from 'vscode';
import type { UndoStep } from '../../grants/undo';
import { canBeKept } from '../../grants/undo';

/** A grant that can be undone. */
export interface KeptGrant {
  readonly id: string;
  /** For example, `keyless-demo-app can read ASampleKey`. */
  readonly title: string;
  readonly accountId: string;
  /** The tenants of the app and the vault. */
  readonly tenantIds: readonly [app: string, vault: string];
  readonly appId: string;
  readonly vaultId: string;
  /** In the order in which they're undone. */
  readonly steps: readonly UndoStep[];
}

const key = 'keyless.grants';
/** How many grants are remembered. */
const most = 10;

/** The grants of all accounts, last first. They contain no secret values. */
export function keptGrants(memento: Memento): readonly KeptGrant[] {
  return memento.get<readonly KeptGrant[]>(key) ?? [];
}

/** Remembers a grant or what is left of one, and forgets it if no steps are left. */
export async function keepGrant(memento: Memento, grant: KeptGrant): Promise<void> {
  const others = keptGrants(memento).filter(({ id }) => id !== grant.id);
  const steps = grant.steps.filter(canBeKept);
  await memento.update(key, [...(steps.length > 0 ? [{ ...grant, steps }] : []), ...others].slice(0, most));
}
