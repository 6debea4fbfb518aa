import { AccountError } from '../account/accountError';
import type { Accounts } from '../account/accounts';
import type { Account } from '../account/session';
import type { LiveInventory } from '../inventory/inventory';
import { isOpen } from '../inventory/inventory';
import { rootOf } from './children/childrenOf';
import { withOwnIds } from './children/page';
import { errorNode } from './nodes/messageNodes';
import type { Node, SessionExpiredNode } from './nodes/nodes';
import type { TreeMemory } from './remembered';

/** The state of the whole view, which determines its welcome text. */
export type ViewState = 'signedOut' | 'sandboxEnded' | 'loading' | 'ready' | 'empty' | 'filtered';

export interface RootOptions {
  readonly accounts: Pick<Accounts, 'remembered' | 'session' | 'tenants'>;
  readonly inventory: Pick<LiveInventory, 'tenants'>;
  readonly onState: (state: ViewState) => void;
}

/** Reads the nodes at the root. If the session has expired, what was last known stays. */
export async function readRootNodes(
  { accounts, inventory, onState }: RootOptions,
  memory: TreeMemory,
): Promise<Node[]> {
  try {
    const session = await accounts.session();
    if (!session) {
      const { remembered } = accounts;
      const isExpired = remembered !== undefined && remembered.kind !== 'sandbox';
      onState(isExpired ? 'ready' : remembered ? 'sandboxEnded' : 'signedOut');
      return isExpired ? [expiredNode(remembered), ...(await memory.lastKnown(remembered))] : [];
    }
    onState('loading');
    const nodes = withOwnIds(await rootOf(inventory));
    const all = (await accounts.tenants())
      .filter(isOpen)
      .some(({ subscriptions }) => subscriptions.length > 0);
    onState(nodes.length > 0 ? 'ready' : all ? 'filtered' : 'empty');
    memory.save();
    return nodes;
  } catch (error) {
    onState('ready');
    const { remembered } = accounts;
    if (remembered && error instanceof AccountError)
      return [expiredNode(remembered, error), ...(await memory.lastKnown(remembered))];
    return [await errorNode(undefined, error)];
  }
}

function expiredNode(account: Account, error?: AccountError): SessionExpiredNode {
  return {
    ...{ kind: 'sessionExpired', id: 'root#expired', account },
    ...(error ? { reason: error.reason } : {}),
    ...(error?.nextStep === undefined ? {} : { nextStep: error.nextStep }),
  };
}
