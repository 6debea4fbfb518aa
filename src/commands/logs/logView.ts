import * as vscode from 'vscode';
import type { LogFilter } from '../../logs/logBuffer';
import type { LogLevel } from '../../logs/logLine';
import type { LogStreamInfo, LogTarget } from '../../logs/target';
import { UserError } from '../../ui/errors';
import { tellCopied } from '../../ui/messages';
import type { Choice } from '../../ui/quickPick';
import { askText, pickOne } from '../../ui/quickPick';
import type { Services } from '../services';

/** Pauses a stream so that a person can read. New lines are kept, but not shown. */
export async function pauseLogStream(
  services: Pick<Services, 'logStreams'>,
  node?: LogTarget,
): Promise<void> {
  const title = vscode.l10n.t('Pause Log Stream');
  services.logStreams.pause(await logOf(services, title, node, ({ running, paused }) => running && !paused));
}

/** Resumes a paused stream, and shows the lines that arrived in the meantime. */
export async function resumeLogStream(
  services: Pick<Services, 'logStreams'>,
  node?: LogTarget,
): Promise<void> {
  const title = vscode.l10n.t('Resume Log Stream');
  services.logStreams.resume(await logOf(services, title, node, ({ paused }) => paused));
}

/** Reconnects, and asks again for what the person declined, such as using the app's master key. */
export async function restartLogStream(
  services: Pick<Services, 'logStreams'>,
  node?: LogTarget,
): Promise<void> {
  await services.logStreams.restart(await logOf(services, vscode.l10n.t('Restart Log Stream'), node));
}

export async function clearLogStream(
  services: Pick<Services, 'logStreams'>,
  node?: LogTarget,
): Promise<void> {
  services.logStreams.clear(await logOf(services, vscode.l10n.t('Clear Log Stream'), node));
}

/** Copies what a log's channel shows to the clipboard. */
export async function copyLog(services: Pick<Services, 'logStreams'>, node?: LogTarget): Promise<void> {
  const target = await logOf(services, vscode.l10n.t('Copy Log'), node);
  await vscode.env.clipboard.writeText(services.logStreams.textOf(target));
  tellCopied(vscode.l10n.t('Copied the log of {0}', target.app.name));
}

/** Saves what a log's channel shows to a file that the person selects. */
export async function saveLog(services: Pick<Services, 'logStreams'>, node?: LogTarget): Promise<void> {
  const target = await logOf(services, vscode.l10n.t('Save Log As'), node);
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  const name = `${target.app.name.replace(/[^\w.-]/g, '-')}-${stamp}.log`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save Log As'),
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
    filters: { [vscode.l10n.t('Log files')]: ['log', 'txt'] },
  });
  if (!file) throw new vscode.CancellationError();
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(services.logStreams.textOf(target)));
}

export async function stopAllLogStreams({ logStreams }: Pick<Services, 'logStreams'>): Promise<void> {
  await logStreams.stopAll();
}

/** Asks which entries of a log to show. Filters by text, level, and function can be combined. */
export async function filterLogStream(
  services: Pick<Services, 'logStreams'>,
  node?: LogTarget,
): Promise<void> {
  const { logStreams } = services;
  const title = vscode.l10n.t('Filter Log Stream');
  const target = await logOf(services, title, node);
  const now = logStreams.all.find((info) => info.target === target)?.filter ?? {};
  const change = await pickOne<(filter: LogFilter) => Promise<LogFilter | undefined>>(
    () => Promise.resolve(filterChoices(services, target, now)),
    { title, placeHolder: vscode.l10n.t('Select what to filter by') },
    nothingToRead,
  );
  const filter = await change(now);
  if (filter) logStreams.filter(target, filter);
}

/** Has Azure filter the lines, which restarts the stream. Kudu ignores case (LogStreamManager.cs). */
async function filterByAzure(
  { logStreams }: Pick<Services, 'logStreams'>,
  target: LogTarget,
): Promise<undefined> {
  const text = await askText({
    title: vscode.l10n.t('Filter Log Stream'),
    prompt: vscode.l10n.t('Azure sends only lines that contain this text. Leave it empty to get all lines.'),
  });
  await logStreams.restart(target, text === '' ? {} : { azureFilter: text });
}

/** The log of the node, the only log there is, or one that the person selects. */
async function logOf(
  { logStreams }: Pick<Services, 'logStreams'>,
  title: string,
  node: LogTarget | undefined,
  only: (info: LogStreamInfo) => boolean = () => true,
): Promise<LogTarget> {
  if (node) return node;
  const logs = logStreams.all.filter(only);
  if (logs.length === 1 && logs[0]) return logs[0].target;
  const choices = logs.map((info): Choice<LogTarget> => ({
    icon: 'output',
    label: info.name,
    description: info.words,
    value: info.target,
  }));
  const placeHolder = vscode.l10n.t('Select a log');
  return pickOne(() => Promise.resolve(choices), { title, placeHolder }, nothingToRead);
}

function filterChoices(services: Pick<Services, 'logStreams'>, target: LogTarget, now: LogFilter) {
  const choices: Choice<(filter: LogFilter) => Promise<LogFilter | undefined>>[] = [
    { icon: 'search', label: vscode.l10n.t('Text…'), description: now.text, value: askForText },
    { icon: 'warning', label: vscode.l10n.t('Level…'), description: now.level, value: askForLevel },
    {
      icon: 'symbol-function',
      label: vscode.l10n.t('Function…'),
      description: now.fn,
      value: (filter) => askForFunction(filter, services.logStreams.functionsOf(target)),
    },
  ];
  // KuduLite can't filter, and a file is read as it is.
  const source = services.logStreams.all.find((info) => info.target === target)?.source;
  if (source === 'applicationInsights' || (source === 'logStream' && !target.app.linux))
    choices.push({
      icon: 'cloud',
      label: vscode.l10n.t('Text, Filtered by Azure…'),
      description: vscode.l10n.t('for busy apps, restarts the stream'),
      value: () => filterByAzure(services, target),
    });
  if (Object.keys(now).length > 0)
    choices.push({
      icon: 'clear-all',
      label: vscode.l10n.t('Show Everything'),
      value: () => Promise.resolve({}),
    });
  return choices;
}

async function askForText({ text: before, ...filter }: LogFilter): Promise<LogFilter> {
  const text = await askText({
    title: vscode.l10n.t('Filter Log Stream'),
    prompt: vscode.l10n.t(
      'Show entries that contain this text, ignoring case. Leave it empty to show all entries.',
    ),
    value: before ?? '',
  });
  return text === '' ? filter : { ...filter, text };
}

const levels: readonly LogLevel[] = ['Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical'];

async function askForLevel({ level: _, ...filter }: LogFilter): Promise<LogFilter> {
  const level = await pickOne<LogLevel>(
    () => Promise.resolve(levels.map((value) => ({ label: value, value }))),
    {
      title: vscode.l10n.t('Filter Log Stream'),
      placeHolder: vscode.l10n.t('Show this level and above'),
    },
    nothingToRead,
  );
  return level === 'Trace' ? filter : { ...filter, level };
}

async function askForFunction(
  { fn: _, ...filter }: LogFilter,
  functions: readonly string[],
): Promise<LogFilter> {
  const all: Choice<string> = { label: vscode.l10n.t('All Functions'), value: '' };
  const fn = await pickOne<string>(
    () => Promise.resolve([all, ...functions.map((name) => ({ label: name, value: name }))]),
    {
      title: vscode.l10n.t('Filter Log Stream'),
      placeHolder: vscode.l10n.t('Select a function to show only its entries'),
    },
    nothingToRead,
  );
  return fn === '' ? filter : { ...filter, fn };
}

function nothingToRead(): UserError {
  return new UserError(
    vscode.l10n.t('There are no logs to select'),
    vscode.l10n.t('Start one with "Start Streaming Logs" on a function app.'),
  );
}
