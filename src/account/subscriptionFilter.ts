import type { TenantState } from './session';

/** The part of `vscode.Memento` that Keyless uses. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** Remembers for each account which subscriptions are shown. */
export class SubscriptionFilter {
  constructor(private readonly memory: Memory) {}

  /** Lowercase IDs of the selected subscriptions. Undefined means all, including new ones. */
  selected(accountId: string): ReadonlySet<string> | undefined {
    const ids = this.memory.get(keyOf(accountId));
    return Array.isArray(ids) ? new Set(ids.map(String)) : undefined;
  }

  /** @param ids undefined shows all subscriptions again */
  async select(accountId: string, ids: readonly string[] | undefined): Promise<void> {
    await this.memory.update(
      keyOf(accountId),
      ids?.map((id) => id.toLowerCase()),
    );
  }

  /** Keeps only the selected subscriptions in each tenant. Tenants that failed are kept too. */
  apply(states: readonly TenantState[]): TenantState[] {
    return states.map((state) => {
      if ('error' in state) return state;
      const selected = this.selected(state.connection.accountId);
      if (!selected) return state;
      const subscriptions = state.subscriptions.filter(({ subscriptionId }) =>
        selected.has(subscriptionId.toLowerCase()),
      );
      return { ...state, subscriptions };
    });
  }
}

function keyOf(accountId: string): string {
  return `keyless.subscriptions.${accountId}`;
}
