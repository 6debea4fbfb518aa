import { UserError } from '../ui/errors';
import { pickFunctionApp } from '../ui/pickers';
import type { Choice } from '../ui/quickPick';
import { pickOne } from '../ui/quickPick';
import type { AppTarget, FunctionTarget } from '../ui/targets';
import type { LogStreamInfo } from '../logs/logStreams';
import type { Services } from './services';

/** Shows the log of an app, or of one function, as it is written. A stream that runs already is shown. */
export async function startStreamingLogs(
  services: Services,
  node?: AppTarget | FunctionTarget,
): Promise<void> {
  const target = node ?? (await pickFunctionApp(services.inventory, 'Start Streaming Logs'));
  services.logStreams.start(target);
}

/** Ends a stream; its text stays in the output channel. */
export async function stopStreamingLogs(
  services: Services,
  node?: AppTarget | FunctionTarget,
): Promise<void> {
  const target = node ?? (await pickStream(services, 'Stop Streaming Logs')).target;
  await services.logStreams.stop(target);
}

/** Lists the streams, to show one, to stop it or to start it again. */
export async function showLogStreams({ logStreams }: Services): Promise<void> {
  const act = await pickOne(
    () => Promise.resolve(logStreams.list.flatMap((stream) => choicesOf(stream))),
    { title: 'Log Streams', placeHolder: 'Select what to do' },
    nothingStreams,
  );
  await act();

  function choicesOf({ target, name, words, running }: LogStreamInfo): Choice<() => unknown>[] {
    const show = () => {
      logStreams.show(target);
    };
    return [
      { icon: 'output', label: `Show ${name}`, description: words, value: show },
      running
        ? { icon: 'debug-stop', label: `Stop ${name}`, value: () => logStreams.stop(target) }
        : { icon: 'debug-restart', label: `Start ${name} again`, value: () => logStreams.start(target) },
    ];
  }
}

function pickStream({ logStreams }: Services, title: string): Promise<LogStreamInfo> {
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
    { title, placeHolder: 'Select a log stream' },
    nothingStreams,
  );
}

function nothingStreams(): UserError {
  return new UserError(
    'No log is being streamed',
    'Start one with "Start Streaming Logs" on a function app.',
  );
}
