import * as vscode from 'vscode';
import { AccountError } from '../../account/accountError';
import type { Connection } from '../../azure/core/connection';
import { isObject } from '../../azure/core/json';
import type { Services } from '../services';

/** Which account a report was read with, and in which tenant. */
export interface SavedAccount {
  readonly accountId: string;
  readonly tenantId: string;
}

export function savedAccount({ accountId, tenantId }: Connection): SavedAccount {
  return { accountId, tenantId };
}

/** @throws AccountError if the account isn't signed in */
export async function connectionOf(
  { accounts }: Pick<Services, 'accounts'>,
  { accountId, tenantId }: SavedAccount,
): Promise<Connection> {
  const found = (await accounts.connections()).find(
    (one) => one.accountId === accountId && one.tenantId === tenantId,
  );
  if (found) return found;
  throw new AccountError(
    vscode.l10n.t("The account that this report was read with isn't signed in"),
    vscode.l10n.t('Sign in with that account, and then check again.'),
    { title: vscode.l10n.t('Sign In'), command: 'keyless.signIn' },
  );
}

export function isSavedAccount(value: unknown): value is SavedAccount {
  return isObject(value) && hasTexts(value, ['accountId', 'tenantId']);
}

/** Whether an object has texts under these names. */
export function hasTexts(value: Readonly<Record<string, unknown>>, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === 'string');
}
