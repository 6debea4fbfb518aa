import * as vscode from 'vscode';
import type { Answered, Asking } from './flow';
import { ask } from './flow';
import { showInput } from './showInput';
import { showSearch } from './pickers/searchPick';
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

interface Item<T> extends vscode.QuickPickItem {
  readonly value?: T;
}

/**
 * Asks for one of several choices that may take a while to load. Loading stops when the list is closed. A choice whose
 * value is undefined only informs.
 * @param nothing the error to throw if there are no choices
 * @throws vscode.CancellationError when closed without an answer
 */
export async function pickOne<T>(
  load: (signal: AbortSignal) => Promise<readonly Choice<T | undefined>[]>,
  options: PickOptions,
  nothing: () => Error,
): Promise<T> {
  return ask(questionOf(options), async (asking) => {
    const abort = new AbortController();
    try {
      return await showList(() => load(abort.signal), options, asking, nothing);
    } catch (error) {
      if (error instanceof TooMany) return await pickFromMany(error.choices as Choice<T>[], options, asking);
      throw error;
    } finally {
      abort.abort();
    }
  });
}

function showList<T>(
  load: () => Promise<readonly Choice<T | undefined>[]>,
  options: PickOptions,
  asking: Asking,
  nothing: () => Error,
): Promise<Answered<T>> {
  const input = newList<T | undefined>(options);
  input.busy = true;
  return showInput(input, options.title, asking, (resolve, reject) => {
    input.onDidAccept(() => {
      const [item] = input.selectedItems;
      if (item?.value !== undefined) resolve({ value: item.value, shown: item.label });
    });
    const fill = async () => {
      const choices = await load();
      if (choices.length === 0) throw nothing();
      if (choices.length > many) throw new TooMany(choices);
      input.items = toItems(choices);
      input.busy = false;
      const before = input.items.filter(({ label }) => label === asking.earlier);
      if (before.length > 0) input.activeItems = before;
    };
    fill().catch(reject);
  });
}

function newList<T>({ placeHolder }: PickOptions): vscode.QuickPick<Item<T>> {
  const input = vscode.window.createQuickPick<Item<T>>();
  input.placeholder = plainLine(placeHolder);
  input.matchOnDescription = true;
  input.matchOnDetail = true;
  return input;
}

function questionOf({ title, placeHolder }: PickOptions): string {
  return `${title}\n${placeHolder}`;
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
async function pickFromMany<T>(
  choices: readonly Choice<T>[],
  options: PickOptions,
  asking: Asking,
): Promise<Answered<T>> {
  const { value: picked } = await showSearch<{ readonly choice: Choice<T> }>(
    {
      title: options.title,
      placeholder: options.placeHolder,
      incomplete: options.placeHolder,
      iconOf: ({ choice }) => choice.icon ?? 'circle-small',
      isName: () => false,
      isNote: ({ choice }) => choice.value === undefined,
      async *pages() {
        for (let from = 0; from < choices.length; from += many) {
          yield choices.slice(from, from + many).map((choice) => ({
            ...{ name: choice.label, description: choice.description ?? '', choice },
            ...(choice.detail === undefined ? {} : { detail: choice.detail }),
          }));
          await new Promise((resolve) => setImmediate(resolve));
        }
      },
    },
    asking,
  );
  if (typeof picked === 'string') throw new vscode.CancellationError();
  return { value: picked.choice.value };
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
  return ask(questionOf(options), (asking) => {
    const input = newList<T>(options);
    input.canSelectMany = true;
    input.items = items;
    input.selectedItems = items.filter(({ picked }) => picked);
    return showInput<Answered<T[]>>(input, options.title, asking, (resolve) => {
      input.onDidAccept(() => {
        resolve({ value: input.selectedItems.flatMap(({ value }) => (value === undefined ? [] : [value])) });
      });
    });
  });
}

/** A question for a line of text. */
export type TextQuestion = Pick<
  vscode.InputBoxOptions,
  'title' | 'prompt' | 'value' | 'valueSelection' | 'placeHolder' | 'password' | 'validateInput'
>;

/**
 * Asks for a line of text, which is validated as the user types.
 * @throws vscode.CancellationError when closed without an answer
 */
export async function askText(options: TextQuestion): Promise<string> {
  const { title = '', prompt = '', placeHolder } = options;
  return ask(
    questionOf({ title, placeHolder: prompt }),
    (asking) => {
      const input = vscode.window.createInputBox();
      input.prompt = plainLine(prompt, 400); // links in prompts work
      input.placeholder = placeHolder;
      input.password = options.password ?? false;
      input.value = asking.earlier ?? options.value ?? '';
      input.valueSelection = asking.earlier === undefined ? options.valueSelection : undefined;
      return showInput<Answered<string>>(input, title, asking, (resolve, reject) => {
        const check = checkerOf(input, options);
        input.onDidChangeValue((text) => {
          check(text).catch(reject);
        });
        input.onDidAccept(() => {
          const text = input.value;
          check(text).then((isGood) => {
            if (isGood) resolve({ value: text, shown: text });
          }, reject);
        });
      });
    },
    options.password ? 'secret' : 'kept',
  );
}

/** Shows what is wrong with a text. Only an error prevents the text from being accepted. */
function checkerOf(
  input: vscode.InputBox,
  { validateInput }: TextQuestion,
): (text: string) => Promise<boolean> {
  return async (text) => {
    input.busy = true;
    const complaint = (await validateInput?.(text)) ?? undefined;
    // The text was changed while it was checked.
    if (input.value !== text) return false;
    input.busy = false;
    input.validationMessage = complaint;
    if (complaint === undefined || complaint === '') return true;
    return typeof complaint === 'object' && complaint.severity !== vscode.InputBoxValidationSeverity.Error;
  };
}

/**
 * Asks for confirmation before something that deletes or discloses data.
 * @throws vscode.CancellationError unless confirmed
 */
export async function confirm(message: string, detail: string, button: string): Promise<void> {
  await ask(
    message,
    async () => {
      const answer = await vscode.window.showWarningMessage(
        plainLine(message),
        { modal: true, detail: plain(detail) },
        button,
      );
      if (answer !== button) throw new vscode.CancellationError();
      return { value: true };
    },
    'passed',
  );
}

/** The items of choices, with their headings unless all have the same one. */
function toItems<T>(choices: readonly Choice<T>[]): Item<T>[] {
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

function separator<T>(label: string): Item<T> {
  return { label: plainLine(label), kind: vscode.QuickPickItemKind.Separator };
}
