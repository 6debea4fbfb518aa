import type { Finding } from './findings';

/** What a credential opens: a name, and the resource types, in lowercase, that it may be the name of. */
export interface Opened {
  readonly name: string;
  readonly types: readonly string[];
}

/** Undefined if nothing says what it opens. A name without a host is that of a storage account. */
export function openedBy({ host, account }: Pick<Finding, 'account' | 'host'>): Opened | undefined {
  const name = host?.name ?? account;
  return name === undefined
    ? undefined
    : { name, types: host?.types ?? ['microsoft.storage/storageaccounts'] };
}
