import * as l10n from '@vscode/l10n';
import { AbortScope } from '../abortScope';
import type { Clock } from '../clock';
import { AzureError } from '../errors';
import { pendingCode } from './pending';

/**
 * How long Keyless waits for an operation. Azure names no limit, only pauses of up to ten minutes between two checks
 * (azure-resource-manager-rpc, Addendum.md), and operations got stuck for hours (Azure/deployment-stacks#179). Terraform waits
 * this long for a resource group, and less for apps and vaults.
 */
const mostMinutes = 90;

/**
 * Waits for an operation on a resource, but not forever. The operation itself goes on in Azure.
 * @throws AzureError, see `isPending`
 */
export async function untilOperationEnds<T>(
  { clock }: { readonly clock: Clock },
  id: string,
  signal: AbortSignal | undefined,
  wait: (within: AbortSignal) => Promise<T>,
): Promise<T> {
  const scope = new AbortScope<true>(signal ?? new AbortController().signal, clock);
  scope.expectWithin(mostMinutes * 60_000, true);
  try {
    return await wait(scope.signal);
  } catch (error) {
    if (scope.abortReason && !signal?.aborted) throw pending(id);
    throw error;
  } finally {
    scope.end();
  }
}

function pending(id: string): AzureError {
  const reason = l10n.t(
    "The operation on {0} hasn't ended within {1} minutes, so Keyless stopped waiting for it.",
    id.slice(id.lastIndexOf('/') + 1),
    mostMinutes,
  );
  const nextStep = l10n.t(
    'It goes on in Azure. Keyless checks on it again when the window is reloaded. Until then, the activity log in the Azure portal shows its state.',
  );
  return new AzureError(reason, { code: pendingCode, explanation: { reason, nextStep } });
}
