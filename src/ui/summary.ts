import * as vscode from 'vscode';
import type { Choice, PickOptions } from './quickPick';
import { pickOne } from './quickPick';

/** A line of a summary. It may have a value, such as the question of a report that explains it. */
export type SummaryLine<T> = Omit<Choice<T>, 'value'> & { readonly value?: T };

/**
 * Asks whether to do what will happen.
 * @param action the button, in words
 * @throws vscode.CancellationError when closed
 */
export async function confirmSummary(
  options: PickOptions,
  action: string,
  lines: readonly SummaryLine<true>[],
): Promise<void> {
  await askWithSummary<true>(options, [{ icon: 'check', label: action, value: true }], lines);
}

/**
 * Asks whether to go on, above a list of what will happen.
 * @param actions ways to go on, the usual one first
 * @throws vscode.CancellationError when closed
 */
export function askWithSummary<T>(
  options: PickOptions,
  actions: readonly Choice<T>[],
  lines: readonly SummaryLine<T>[],
): Promise<T> {
  const group = vscode.l10n.t('What will happen');
  return pickOne<T>(
    () => Promise.resolve([...actions, ...lines.map((line) => ({ group, value: undefined, ...line }))]),
    options,
    () => new vscode.CancellationError(),
  );
}
