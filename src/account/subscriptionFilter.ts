import type { TenantState } from './session';

/** The part of `vscode.Memento` that is used. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** Which subscriptions are shown, remembered for each account. */
export class SubscriptionFilter {
  constructor(private readonly memory: Memory) {}

  /** IDs in lower case of the subscriptions that are shown; undefined shows all, also those that are new. */
  selected(accountId: string): ReadonlySet<string> | undefined {
    const ids = this.memory.get(keyOf(accountId));
    return Array.isArray(ids) ? new Set(ids.map(String)) : undefined;
  }

  /** @param ids undefined shows all again */
  async select(accountId: string, ids: readonly string[] | undefined): Promise<void> {
    await this.memory.update(
      keyOf(accountId),
      ids?.map((id) => id.toLowerCase()),
    );
  }

  /** The tenants with only the subscriptions that are shown. Tenants that failed stay. */
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
