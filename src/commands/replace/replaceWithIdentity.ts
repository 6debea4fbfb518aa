import * as vscode from 'vscode';
import type { Finding } from '../../access/credentials/findings';
import { kindWords, opensWords } from '../../access/credentials/words';
import { hasPlan, isPostgres, isReplaceable } from '../../access/replace/isReplaceable';
import { planReplacement } from '../../access/replace/planReplacement';
import { nameInId } from '../../access/words/format';
import { requireFeature } from '../../azure/appService/hosting/features';
import type { Connection } from '../../azure/core/connection';
import { isObject } from '../../azure/core/json';
import { keySwitchOf } from '../../azure/resources/keySwitch';
import { changesOfReplacement } from '../../changes/planChanges';
import type { ReplaceQuestion } from '../../grants/replace/readReplaceFacts';
import { readReplaceFacts } from '../../grants/replace/readReplaceFacts';
import { findKeysLeft } from '../../inventory/keysLeft';
import type { AppTarget } from '../../inventory/targets';
import type { Button, OpenReport, ReadReport, ReportSource } from '../../reports/source';
import { UserError } from '../../ui/errors';
import { pickSite } from '../../ui/pickers/identityPickers';
import { pickIdentity } from '../../ui/pickers/readPickers';
import { pickOne } from '../../ui/quickPick';
import { copyChangesAs } from '../changes/copyChange';
import { Buttons } from '../reports/buttons';
import type { SavedAccount } from '../reports/savedAccount';
import { connectionOf, hasTexts, isSavedAccount, savedAccount } from '../reports/savedAccount';
import type { Services } from '../services';
import { carryOutReplacement } from './carryOutReplacement';
import { meanwhileButtons, scriptButtons } from './databaseScript';
import { codeChangeReport, nothingToReplace, replaceReport } from './replaceReport';
import type { KeptReplacement } from './replacementHistory';
import { lastReplacementOf } from './replacementHistory';

/** A credential that an app holds, such as its row in the tree. */
export interface KeyLeftTarget extends AppTarget {
  readonly finding: Finding;
}

type UsedServices = Pick<
  Services,
  'accounts' | 'changes' | 'inventory' | 'logStreams' | 'memento' | 'operations' | 'refresh' | 'reports'
>;

/** Shows the plan that replaces a credential by the app's identity. Its button carries it out. */
export async function replaceWithIdentity(
  services: UsedServices,
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
  await services.reports.show(
    replaceSource(services, {
      ...{ kind: 'replace', appId: app.id, setting: finding.name, identity },
      ...(finding.source === 'connectionString' ? { source: finding.source } : {}),
      account: savedAccount(connection),
    }),
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
        vscode.l10n.t('{0} holds no key that its identity can replace by settings alone', app.name),
        vscode.l10n.t('"Keys Left" below the app shows all keys and the way out for each.'),
      ),
  );
  return { connection, app, finding };
}

/** A plan as JSON. */
type SavedReplacement = ReplaceQuestion & { readonly kind: 'replace'; readonly account: SavedAccount };

export function isSavedReplacement(value: unknown): value is SavedReplacement {
  return (
    isObject(value) && hasTexts(value, ['appId', 'setting', 'identity']) && isSavedAccount(value['account'])
  );
}

/** Makes the plan, as the account that asked for it. */
export function replaceSource(services: UsedServices, saved: SavedReplacement): ReportSource {
  const { appId, setting, source = 'appSetting', identity, account } = saved;
  return {
    subject: JSON.stringify(['replace', account, appId, setting, source, identity]),
    title: vscode.l10n.t('Replace {0} of {1}', setting, nameInId(appId)),
    saved,
    about: [appId],
    read: (page, signal) => readReport(services, page, saved, signal),
  };
}

async function readReport(
  services: UsedServices,
  page: OpenReport,
  saved: SavedReplacement,
  signal: AbortSignal,
): Promise<ReadReport> {
  const connection = await connectionOf(services, saved.account);
  const read = await readReplaceFacts(connection, saved, signal);
  const buttons = new Buttons();
  const last = lastReplacementOf(services.memento, saved.appId, saved.setting);
  const undo: readonly Button[] = last
    ? [
        {
          title: vscode.l10n.t('Undo Replacement…'),
          run: async () => {
            await vscode.commands.executeCommand('keyless.undoReplacement', last.id);
          },
        },
      ]
    : [];
  const at = Date.now();
  if (!read.facts) {
    const done = [...undo, ...turnOffButtons(connection, last)];
    const report = nothingToReplace(read.app.name, saved.setting, at, buttons.at('replace', done));
    return { report, buttons: buttons.byId };
  }
  const { listed } = read;
  const facts = { ...read.facts, asksForScript: true } as const;
  const target = { connection, app: read.app };
  if (!isReplaceable(facts.finding) && !isPostgres(facts.finding)) {
    const all = [...meanwhileButtons(target, facts), ...undo];
    const report = codeChangeReport(facts, at, buttons.at('replace', all, true));
    return { report, buttons: buttons.byId };
  }
  const plan = planReplacement(facts);
  const go: Button = {
    title: listed ? vscode.l10n.t('Replace') : vscode.l10n.t('Replace…'),
    run: async () => {
      const question = { connection, question: saved, app: read.app, facts, plan, listed };
      await carryOutReplacement(services, question).finally(() => page.changed());
    },
  };
  const copy: Button = {
    title: vscode.l10n.t('Copy Steps…'),
    run: () =>
      copyChangesAs(vscode.l10n.t('Replace with Identity'), {
        connection,
        changes: changesOfReplacement(read.app, plan),
      }),
  };
  const script = scriptButtons(target, plan);
  const isReady = plan.script === undefined || plan.script.text !== undefined;
  const all =
    plan.refusals.length > 0
      ? [...(isPostgres(facts.finding) ? script : []), ...meanwhileButtons(target, facts), ...undo]
      : [...script, ...(isReady ? [go] : []), copy, ...undo];
  const report = replaceReport(facts, plan, listed, at, buttons.at('replace', all, true));
  return { report, buttons: buttons.byId };
}

/** Once its key is replaced, a resource may need no keys. The page that opens says whether something else uses them. */
function turnOffButtons(connection: Connection, last: KeptReplacement | undefined): Button[] {
  const ids = last?.parts.flatMap(({ resourceId }) => resourceId ?? []) ?? [];
  return [...new Set(ids)].filter(keySwitchOf).map((resourceId) => ({
    title:
      ids.length > 1
        ? vscode.l10n.t('Turn Off Key Access to {0}…', nameInId(resourceId))
        : vscode.l10n.t('Turn Off Key Access…'),
    run: async () => vscode.commands.executeCommand('keyless.turnOffKeyAccess', { connection, resourceId }),
  }));
}
