import * as vscode from 'vscode';
import type { Connection } from '../../azure/core/connection';
import { UserError } from '../../ui/errors';
import { confirm } from '../../ui/quickPick';
import { grantPlaceOf, undoGrant } from './applyPlan';
import type { KeptGrant } from './grantHistory';
import { keptGrants } from './grantHistory';
import { numbered, undoWords } from './grantWords';
import type { Services } from '../services';

/** Undoes the grant with this ID, or the account's last grant, after showing the steps. */
export async function undoLastGrant(
  services: Pick<Services, 'changes' | 'inventory' | 'logStreams' | 'memento' | 'refresh'>,
  id?: unknown,
): Promise<void> {
  const connections = await services.inventory.connections();
  const grants = keptGrants(services.memento).filter(({ steps }) => steps.length > 0);
  const here = (one: KeptGrant) => connections.some(({ accountId }) => accountId === one.accountId);
  const grant =
    typeof id === 'string' ? grants.find((one) => one.id === id) : (grants.find(here) ?? grants[0]);
  if (!grant)
    throw new UserError(
      vscode.l10n.t("There's no grant to undo"),
      vscode.l10n.t('"Let App Read Secret" and "Let App Access" create grants. Each can be undone once.'),
    );
  const [ofApp, ofVault] = grant.tenantIds;
  const place = grantPlaceOf(
    services,
    connectionOf(connections, grant, ofApp),
    connectionOf(connections, grant, ofVault),
  );
  await confirm(
    vscode.l10n.t('Undo the grant "{0}"?', grant.title),
    numbered(grant.steps.map(undoWords)),
    vscode.l10n.t('Undo Grant'),
  );
  await undoGrant(services, grant, place);
}

function connectionOf(connections: readonly Connection[], grant: KeptGrant, tenantId: string): Connection {
  const found = connections.find((one) => one.accountId === grant.accountId && one.tenantId === tenantId);
  if (found) return found;
  throw new UserError(
    vscode.l10n.t('The grant "{0}" was made with another account', grant.title),
    vscode.l10n.t('Sign in with that account to undo it.'),
    [{ title: vscode.l10n.t('Switch Account'), command: 'keyless.switchAccount' }],
  );
}
