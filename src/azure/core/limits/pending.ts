export const pendingCode = 'OperationPending';

/** Whether an operation may still be going on, so that nobody knows yet how it ends (see `untilOperationEnds`). */
export function isPending(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === pendingCode;
}
