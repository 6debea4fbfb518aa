import type { Memento } from 'vscode';
import type { UndoStep } from '../../grants/undo';
import { canBeKept } from '../../grants/undo';

/** A grant that can be taken back. */
export interface KeptGrant {
  readonly id: string;
  /** e.g. `keyless-demo-app may read ASampleKey`. */
  readonly title: string;
  readonly accountId: string;
  /** Of the app, and of the vault. */
  readonly tenantIds: readonly [app: string, vault: string];
  readonly appId: string;
  readonly vaultId: string;
  /** In the order in which they are to be taken back. */
  readonly steps: readonly UndoStep[];
}

const key = 'keyless.grants';
/** Grants that are remembered. */
const most = 10;

/** The grants of this account and others, the last first; what is written down holds no secret value. */
export function keptGrants(memento: Memento): readonly KeptGrant[] {
  return memento.get<readonly KeptGrant[]>(key) ?? [];
}

/** Remembers a grant, or what is left of one. Without steps it is forgotten. */
export async function keepGrant(memento: Memento, grant: KeptGrant): Promise<void> {
  const others = keptGrants(memento).filter(({ id }) => id !== grant.id);
  const steps = grant.steps.filter(canBeKept);
  await memento.update(key, [...(steps.length > 0 ? [{ ...grant, steps }] : []), ...others].slice(0, most));
}
