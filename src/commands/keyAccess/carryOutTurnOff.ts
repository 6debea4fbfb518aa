import * as vscode from 'vscode';
import type { KeyAccessFacts, KeyUser } from '../../access/keyAccess/keyAccessFacts';
import { wayBackWords, whatBreaks } from '../../access/keyAccess/keyAccessWords';
import { nameInId } from '../../access/words/format';
import { sameId } from '../../azure/core/armId';
import type { Connection } from '../../azure/core/connection';
import { readKeyedResource } from '../../azure/resources/keySwitch';
import type { KeySwitching, SwitchEvents } from '../../grants/keyAccess/switchKeys';
import { healthyApps, turnOffKeys } from '../../grants/keyAccess/switchKeys';
import { warn } from '../../ui/messages';
import type { ReportProgress } from '../../ui/progress';
import { withProgress } from '../../ui/progress';
import { askText, confirm } from '../../ui/quickPick';
import { bullets } from '../identities/principalAccess';
import { keptReplacements } from '../replace/replacementHistory';
import type { Services } from '../services';
import { endTurnOff } from './turnOffOutcome';

type UsedServices = Pick<Services, 'changes' | 'memento' | 'operations' | 'refresh'>;

/** Asks, turns off the keys of a resource, and watches the apps that use it. Tells how that ended. */
export async function carryOutTurnOff(
  services: UsedServices,
  connection: Connection,
  facts: KeyAccessFacts,
): Promise<void> {
  const { resource, users } = facts;
  const { id: resourceId, name } = resource;
  await ask(facts);
  const { accountId, tenantId } = connection;
  // Those whose key was replaced use it, too, so they show whether their identity gets in.
  const replaced = keptReplacements(services.memento).filter(
    (one) =>
      one.parts.some((part) => sameId(part.resourceId ?? '', resourceId)) &&
      one.accountId === accountId &&
      one.tenantId === tenantId,
  );
  const holders = users.filter(({ isElsewhere }) => !isElsewhere);
  const appIds = [...holders.map(({ app }) => app.id), ...replaced.map(({ appId }) => appId)];
  try {
    const switched = await withProgress(progressTitle(name), async (signal, report) => {
      const unique = [...new Map(appIds.map((id) => [id.toLowerCase(), id])).values()];
      const watched = await healthyApps(connection, unique, signal);
      const switching: KeySwitching = { resourceId, watched, until: 0, isOff: false };
      return await services.operations.track(connection, { keyAccess: switching }, (keep) =>
        turnOffKeys(
          connection,
          switching,
          switchEvents(services, connection, report, async (now) => keep({ keyAccess: now })),
          signal,
        ),
      );
    });
    endTurnOff(connection, resourceId, switched);
  } finally {
    services.refresh(connection, resourceId);
  }
}

async function ask({ resource: { name }, keySwitch, users }: KeyAccessFacts): Promise<void> {
  const { type, deletesKeys } = keySwitch;
  const [failing = [], watched = []] = [true, false].map((fails) =>
    users.filter(({ isElsewhere = false }) => (deletesKeys || isElsewhere) === fails),
  );
  const lines = [
    ...listed(vscode.l10n.t('These apps hold a key, and fail if they use it:'), failing),
    ...listed(
      vscode.l10n.t('These apps hold a key. If one fails that works now, the keys are turned on again:'),
      watched,
    ),
    vscode.l10n.t('What stops working:'),
    ...bullets(whatBreaks(type)),
    '',
    wayBackWords(deletesKeys),
  ];
  await confirm(
    vscode.l10n.t('Turn off the keys of {0}?', name),
    lines.join('\n'),
    vscode.l10n.t('Turn Off Key Access'),
  );
  if (!deletesKeys) return;
  await askText({
    title: vscode.l10n.t('Turn Off Key Access'),
    prompt: vscode.l10n.t('Type {0} to delete its keys for good', name),
    validateInput: (text) =>
      text === name ? undefined : vscode.l10n.t("This isn't the name of the resource."),
  });
}

function listed(title: string, users: readonly KeyUser[]): string[] {
  return users.length === 0 ? [] : [title, ...bullets(users.map(({ app }) => nameInId(app.id))), ''];
}

function progressTitle(name: string): string {
  return vscode.l10n.t('Turning off the keys of {0}', name);
}

function switchEvents(
  { changes }: Pick<Services, 'changes'>,
  connection: Connection,
  report: ReportProgress,
  turnedOff: SwitchEvents['turnedOff'],
): SwitchEvents {
  return {
    turnedOff,
    changed: (change) => {
      changes.record(connection, change);
    },
    looked: (left) => {
      report(
        left < 60_000
          ? vscode.l10n.t('the keys are off, watching the apps')
          : vscode.l10n.t('the keys are off, watching the apps for {0} min', Math.ceil(left / 60_000)),
      );
    },
  };
}

/**
 * Goes on with what the reload of a window interrupted.
 * @throws UserError if an app failed; AzureError if the resource can't be read
 */
export async function resumeTurnOff(
  services: Pick<Services, 'changes' | 'refresh'>,
  connection: Connection,
  switching: KeySwitching,
): Promise<void> {
  const { resourceId, isOff } = switching;
  const { keysWork, name } = await readKeyedResource(connection, resourceId);
  if (keysWork) {
    if (!isOff) warn(vscode.l10n.t("The keys of {0} weren't turned off: the window was reloaded.", name));
    return;
  }
  if (!isOff) services.changes.record(connection, { kind: 'turnOffKeys', resourceId });
  try {
    const switched = await withProgress(progressTitle(name), (signal, report) => {
      const events = switchEvents(services, connection, report, () => Promise.resolve());
      return turnOffKeys(connection, { ...switching, isOff: true }, events, signal);
    });
    endTurnOff(connection, resourceId, switched);
  } finally {
    services.refresh(connection, resourceId);
  }
}
