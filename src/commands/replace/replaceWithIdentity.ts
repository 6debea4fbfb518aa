import * as vscode from 'vscode';
import type { Finding } from '../../access/credentials/findings';
import { kindWords, opensWords } from '../../access/credentials/words';
import { hasPlan } from '../../access/replace/isReplaceable';
import { requireFeature } from '../../azure/appService/hosting/features';
import { findKeysLeft } from '../../inventory/keysLeft';
import type { AppTarget } from '../../inventory/targets';
import { UserError } from '../../ui/errors';
import { pickSite } from '../../ui/pickers/identityPickers';
import { pickIdentity } from '../../ui/pickers/readPickers';
import { pickOne } from '../../ui/quickPick';
import { savedAccount } from '../reports/savedAccount';
import type { Services } from '../services';
import type { ReplaceServices } from './replaceSource';
import { replaceSource } from './replaceSource';

/** A credential that an app holds, such as its row in the tree. */
export interface KeyLeftTarget extends AppTarget {
  readonly finding: Finding;
}

/** Shows the plan that replaces a credential by the app's identity. Its button carries it out. */
export async function replaceWithIdentity(
  services: ReplaceServices,
  node?: AppTarget | KeyLeftTarget,
): Promise<void> {
  const title = vscode.l10n.t('Replace with Identity');
  const target = node && 'finding' in node ? node : await pickKeyLeft(services, title, node);
  const { connection, app, finding } = target;
  const identity = await pickIdentity(
    title,
    app,
    vscode.l10n.t('Select the identity that replaces the key of {0}', app.name),
  );
  const { name, source } = finding;
  const setting = source === 'connectionString' ? { name, source } : { name };
  const question = { appId: app.id, settings: [setting], identity };
  await services.reports.show(
    replaceSource(services, { kind: 'replace', apps: [{ ...question, account: savedAccount(connection) }] }),
  );
}

async function pickKeyLeft(
  { inventory }: Pick<Services, 'inventory'>,
  title: string,
  given: AppTarget | undefined,
): Promise<KeyLeftTarget> {
  const { connection, app } = given ?? (await pickSite(inventory, title));
  requireFeature(app, 'settings');
  const finding = await pickOne(
    async (signal) => {
      const { keys, telemetry = [] } = await findKeysLeft(connection, app, signal);
      return [...keys.map((key) => key.finding), telemetry]
        .flat()
        .filter(hasPlan)
        .map((value) => ({
          icon: 'unlock',
          label: value.name,
          description: [kindWords(value.kind), opensWords(value)].filter(Boolean).join(', '),
          value,
        }));
    },
    { title, placeHolder: vscode.l10n.t('Select the key of {0} to replace', app.name) },
    () =>
      new UserError(
        vscode.l10n.t('{0} holds no key that its identity can replace', app.name),
        vscode.l10n.t('"Keys Left" below the app shows all keys and the way out for each.'),
      ),
  );
  return { connection, app, finding };
}
