import * as vscode from 'vscode';
import { pickBySearching } from './pickers/searchPick';
import { plain, plainLine } from './text';

/** One item of a quick pick. Its texts may come from outside. */
export interface Choice<T> {
  readonly label: string;
  readonly description?: string | undefined;
  readonly detail?: string | undefined;
  readonly picked?: boolean;
  /** The name of a built-in icon to show before the label. */
  readonly icon?: string;
  /** The heading that it's under. Choices of one heading follow each other. */
  readonly group?: string;
  readonly value: T;
}

export interface PickOptions {
  readonly title: string;
  readonly placeHolder: string;
}

export interface Item<T> extends vscode.QuickPickItem {
  readonly value?: T;
}

/**
 * Asks for one of several choices that may take a while to load. Loading stops when the list is closed.
 * @param nothing the error to throw if there are no choices
 * @throws vscode.CancellationError when closed without an answer
 */
export async function pickOne<T>(
  load: (signal: AbortSignal) => Promise<readonly Choice<T>[]>,
  options: PickOptions,
  nothing: () => Error,
): Promise<T> {
  const abort = new AbortController();
  const token = new vscode.CancellationTokenSource();
  const items = load(abort.signal).then((choices) => {
    if (choices.length > many) throw new TooMany(choices);
    if (choices.length > 0) return toItems(choices);
    throw nothing();
  });
  // A failure closes the list and is thrown below. If the user closes the list first, a later failure is ignored.
  items.catch(() => {
    token.cancel();
  });
  try {
    const shown = vscode.window.showQuickPick<Item<T>>(
      items,
      { ...matching, ...harmless(options) },
      token.token,
    );
    return valueOf(await Promise.race([shown, items.then(() => shown)]));
  } catch (error) {
    if (error instanceof TooMany) return await pickFromMany(error.choices as readonly Choice<T>[], options);
    throw error;
  } finally {
    abort.abort();
    token.dispose();
  }
}

/** VS Code is handed all items of a list and searches them itself. With more than this, that blocks the window. */
const many = 1000;

/** Ends a list that is too long to be shown as a whole. */
class TooMany extends Error {
  constructor(readonly choices: readonly Choice<unknown>[]) {
    super();
  }
}

/** Asks for one of many choices: shows those that match what is typed. */
async function pickFromMany<T>(choices: readonly Choice<T>[], options: PickOptions): Promise<T> {
  const picked = await pickBySearching<{ readonly choice: Choice<T> }>({
    title: options.title,
    placeholder: options.placeHolder,
    incomplete: options.placeHolder,
    iconOf: ({ choice }) => choice.icon ?? 'circle-small',
    isName: () => false,
    async *pages() {
      for (let from = 0; from < choices.length; from += many) {
        yield choices.slice(from, from + many).map((choice) => ({
          ...{ name: choice.label, description: choice.description ?? '', choice },
          ...(choice.detail === undefined ? {} : { detail: choice.detail }),
        }));
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  });
  if (typeof picked === 'string') throw new vscode.CancellationError();
  return picked.choice.value;
}

/**
 * Asks for any number of choices, grouped under headings.
 * @throws vscode.CancellationError when closed without an answer
 */
export async function pickMany<T>(
  groups: ReadonlyMap<string, readonly Choice<T>[]>,
  options: PickOptions,
): Promise<T[]> {
  const items = [...groups].flatMap(([heading, choices]): Item<T>[] => [
    separator(heading),
    ...choices.map(toItem),
  ]);
  const answer = await vscode.window.showQuickPick(items, {
    ...matching,
    ...harmless(options),
    canPickMany: true,
  });
  if (!answer) throw new vscode.CancellationError();
  return answer.map(valueOf);
}

/**
 * Asks for a line of text.
 * @throws vscode.CancellationError when closed without an answer
 */
export async function askText(options: vscode.InputBoxOptions): Promise<string> {
  const prompt = plainLine(options.prompt ?? '', 400); // links in prompts work
  const answer = await vscode.window.showInputBox({ ignoreFocusOut: true, ...options, prompt });
  if (answer === undefined) throw new vscode.CancellationError();
  return answer;
}

/**
 * Asks for confirmation before something that deletes or discloses data.
 * @throws vscode.CancellationError unless confirmed
 */
export async function confirm(message: string, detail: string, button: string): Promise<void> {
  const answer = await vscode.window.showWarningMessage(
    plainLine(message),
    { modal: true, detail: plain(detail) },
    button,
  );
  if (answer !== button) throw new vscode.CancellationError();
}

const matching = { matchOnDescription: true, matchOnDetail: true, ignoreFocusOut: true };

function harmless({ title, placeHolder }: PickOptions): PickOptions {
  return { title: plainLine(title), placeHolder: plainLine(placeHolder) };
}

/** The items of choices, with their headings unless all have the same one. */
export function toItems<T>(choices: readonly Choice<T>[]): Item<T>[] {
  const hasGroups = choices.some(({ group }) => group !== choices[0]?.group);
  return choices.flatMap((choice, index): Item<T>[] =>
    hasGroups && choice.group !== undefined && choice.group !== choices[index - 1]?.group
      ? [separator(choice.group), toItem(choice)]
      : [toItem(choice)],
  );
}

function toItem<T>(choice: Choice<T>): Item<T> {
  const label = plainLine(choice.label);
  return {
    label: choice.icon ? `$(${choice.icon}) ${label}` : label,
    ...(choice.description === undefined ? {} : { description: plainLine(choice.description) }),
    ...(choice.detail === undefined ? {} : { detail: plainLine(choice.detail, 400) }),
    ...(choice.picked === undefined ? {} : { picked: choice.picked }),
    value: choice.value,
  };
}

function separator(label: string): vscode.QuickPickItem {
  return { label: plainLine(label), kind: vscode.QuickPickItemKind.Separator };
}

function valueOf<T>(item: Item<T> | undefined): T {
  if (item?.value === undefined) throw new vscode.CancellationError();
  return item.value;
}
