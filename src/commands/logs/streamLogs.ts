import { l10n } from 'vscode';
import { requireFeature } from '../../azure/appService/hosting/features';
import { UserError } from '../../ui/errors';
import { pickFunctionApp } from '../../ui/pickers/pickers';
import type { Choice } from '../../ui/quickPick';
import { pickOne } from '../../ui/quickPick';
import type { AppTarget, FunctionTarget } from '../../inventory/targets';
import type { LogStreamInfo } from '../../logs/target';
import type { Services } from '../services';

/** Shows the log of an app or of one function as it is written. If its stream is running, shows that one. */
export async function startStreamingLogs(
  services: Pick<Services, 'inventory' | 'logStreams'>,
  node?: AppTarget | FunctionTarget,
): Promise<void> {
  const target = node ?? (await pickFunctionApp(services.inventory, l10n.t('Start Streaming Logs')));
  requireFeature(target.app, 'logs');
  await services.logStreams.start(target);
}

/** Stops a stream. Its text stays in the output channel. */
export async function stopStreamingLogs(
  services: Pick<Services, 'logStreams'>,
  node?: AppTarget | FunctionTarget,
): Promise<void> {
  const target = node ?? (await pickStream(services, l10n.t('Stop Streaming Logs'))).target;
  await services.logStreams.stop(target);
}

/** Lists the streams, and offers actions for the selected one. */
export async function showLogStreams(services: Pick<Services, 'logStreams'>): Promise<void> {
  const [only, ...others] = services.logStreams.list;
  const actions = async (info: LogStreamInfo) => {
    const act = await pickOne(
      () => Promise.resolve(actionsOn(services, info)),
      { title: info.name, placeHolder: info.words },
      nothingStreams,
    );
    await act();
  };
  if (only && others.length === 0) {
    await actions(only);
    return;
  }
  const stopAll = {
    icon: 'debug-stop',
    label: l10n.t('Stop All'),
    value: () => services.logStreams.stopAll(),
  };
  const act = await pickOne<() => Promise<unknown>>(
    () => {
      const choices = services.logStreams.list.map((info) => ({
        icon: info.running ? 'output' : 'warning',
        label: info.name,
        description: info.paused ? l10n.t('Paused.') : info.words,
        value: () => actions(info),
      }));
      return Promise.resolve(choices.length === 0 ? [] : [...choices, stopAll]);
    },
    { title: l10n.t('Log Streams'), placeHolder: l10n.t('Select a log stream') },
    nothingStreams,
  );
  await act();
}

function actionsOn(
  services: Pick<Services, 'logStreams'>,
  { target, name, running, paused, filter, words, source }: LogStreamInfo,
): Choice<() => unknown>[] {
  const { logStreams } = services;
  const filtered = Object.values(filter).join(', ');
  const pauseOrResume: Choice<() => unknown> = paused
    ? {
        icon: 'debug-continue',
        label: l10n.t('Resume {0}', name),
        value: () => {
          logStreams.resume(target);
        },
      }
    : {
        icon: 'debug-pause',
        label: l10n.t('Pause {0}', name),
        value: () => {
          logStreams.pause(target);
        },
      };
  const elsewhere: Choice<() => unknown> = {
    icon: 'arrow-swap',
    label:
      source === 'applicationInsights'
        ? l10n.t('Read the log stream instead')
        : l10n.t('Read Application Insights instead'),
    value: () =>
      logStreams.restart(target, {
        source: source === 'applicationInsights' ? 'logStream' : 'applicationInsights',
      }),
  };
  return [
    {
      icon: 'output',
      label: l10n.t('Show {0}', name),
      description: words,
      value: () => {
        logStreams.show(target);
      },
    },
    ...(running ? [pauseOrResume] : []),
    {
      icon: 'filter',
      label: l10n.t('Filter…'),
      description: filtered || undefined,
      value: async () => (await import('./logView')).filterLogStream(services, target),
    },
    {
      icon: 'clear-all',
      label: l10n.t('Clear'),
      value: () => {
        logStreams.clear(target);
      },
    },
    {
      icon: 'copy',
      label: l10n.t('Copy'),
      value: async () => (await import('./logView')).copyLog(services, target),
    },
    {
      icon: 'save',
      label: l10n.t('Save As…'),
      value: async () => (await import('./logView')).saveLog(services, target),
    },
    ...('path' in target ? [] : [elsewhere]),
    running
      ? { icon: 'debug-stop', label: l10n.t('Stop {0}', name), value: () => logStreams.stop(target) }
      : {
          icon: 'debug-restart',
          label: l10n.t('Restart {0}', name),
          value: () => logStreams.start(target),
        },
  ];
}

function pickStream({ logStreams }: Pick<Services, 'logStreams'>, title: string): Promise<LogStreamInfo> {
  return pickOne(
    () =>
      Promise.resolve(
        logStreams.list
          .filter(({ running }) => running)
          .map((stream): Choice<LogStreamInfo> => ({
            icon: 'output',
            label: stream.name,
            description: stream.words,
            value: stream,
          })),
      ),
    { title, placeHolder: l10n.t('Select a log stream') },
    nothingStreams,
  );
}

function nothingStreams(): UserError {
  return new UserError(
    l10n.t('No logs are being streamed'),
    l10n.t('Start one with "Start Streaming Logs" on a function app.'),
  );
}
