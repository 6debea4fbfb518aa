import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { outcomeId } from '../../src/ui/messages';
import { until } from '../support/until';
import { ScriptedInputBox, ScriptedQuickPick } from './scriptedInputs';

/** A message that was shown, with its buttons. */
export interface Message {
  /** `status` if it was only shown in the status bar. */
  readonly kind: 'information' | 'warning' | 'error' | 'status';
  readonly text: string;
  readonly detail: string;
  readonly modal: boolean;
  readonly buttons: readonly string[];
}

/** A pick list that was shown. The labels come without their icons. */
export interface PickList {
  readonly title: string;
  readonly labels: readonly string[];
  readonly items: readonly vscode.QuickPickItem[];
}

type Answer =
  | { readonly kind: 'pick'; readonly label: string }
  | { readonly kind: 'pickMany'; readonly labels: readonly string[] | 'as offered' }
  /** Without a text, the proposed one is accepted. */
  | { readonly kind: 'input'; readonly text?: string }
  | { readonly kind: 'button'; readonly title: string }
  | { readonly kind: 'back' }
  | { readonly kind: 'escape' };

/**
 * Answers VS Code's prompts in the order of a script, and records everything that was shown. A prompt that the script
 * doesn't expect makes `finish()` fail. Messages that aren't modal need no answer.
 */
export class Prompts {
  readonly messages: Message[] = [];
  readonly lists: PickList[] = [];
  readonly inputs: vscode.InputBoxOptions[] = [];
  /** The placeholders of lists and the prompts of input boxes, in order. */
  readonly asked: string[] = [];
  private readonly answers: Answer[] = [];
  private readonly surprises: string[] = [];
  private readonly clicks: string[] = [];
  private inTurns = false;
  private readonly original = pickPrompts(vscode.window);

  constructor() {
    Object.assign(vscode.window, {
      createQuickPick: () => new ScriptedQuickPick((list) => void this.answerList(list)),
      createInputBox: () => new ScriptedInputBox((box) => void this.answerBox(box)),
      showInformationMessage: (...args: unknown[]) => this.message('information', args),
      showWarningMessage: (...args: unknown[]) => this.message('warning', args),
      showErrorMessage: (...args: unknown[]) => this.message('error', args),
      createStatusBarItem: (id: string, ...rest: never[]) => {
        const item = this.original.createStatusBarItem.call(vscode.window, id as never, ...rest);
        return id === outcomeId ? this.outcome(item) : item;
      },
    });
  }

  pick(label: string): this {
    return this.then({ kind: 'pick', label });
  }

  pickMany(labels: readonly string[] | 'as offered'): this {
    return this.then({ kind: 'pickMany', labels });
  }

  input(text: string): this {
    return this.then({ kind: 'input', text });
  }

  /** Accepts the text that an input box proposes. */
  inputAsOffered(): this {
    return this.then({ kind: 'input' });
  }

  button(title: string): this {
    return this.then({ kind: 'button', title });
  }

  /** Clicks a button of the next non-modal message that has it. */
  click(title: string): this {
    this.clicks.push(title);
    return this;
  }

  back(): this {
    return this.then({ kind: 'back' });
  }

  escape(): this {
    return this.then({ kind: 'escape' });
  }

  /**
   * For commands that run at the same time with one script: each prompt takes the first answer that fits it instead
   * of the next one.
   */
  answerInTurns(): void {
    this.inTurns = true;
  }

  /** Everything that was shown, to search it for what must not appear. */
  get everything(): string {
    return JSON.stringify([this.messages, this.lists, this.inputs]);
  }

  /** The last message. */
  get last(): Message {
    const message = this.messages.at(-1);
    assert.ok(message, 'no message was shown');
    return message;
  }

  restore(): void {
    Object.assign(vscode.window, this.original);
  }

  /** Asserts that every answer was used, and that there was no other prompt, and no notification that needs no answer. */
  finish(): void {
    this.restore();
    const idle = this.messages.filter((one) => one.kind === 'information' && one.buttons.length === 0);
    assert.deepEqual(idle, []);
    assert.deepEqual(this.surprises, []);
    assert.deepEqual([...this.answers, ...this.clicks], [], 'unused answers');
  }

  private then(answer: Answer): this {
    this.answers.push(answer);
    return this;
  }

  /** Answers a pick list like a person's clicks, as soon as it has what the script picks. */
  private async answerList(list: ScriptedQuickPick): Promise<void> {
    const { title, canSelectMany } = list;
    const kind = canSelectMany ? 'pickMany' : 'pick';
    const rows = () => list.items.filter((item) => item.kind !== vscode.QuickPickItemKind.Separator);
    const labelOf = ({ label }: vscode.QuickPickItem) => label.replace(/^\$\([\w~-]+\) /, '');
    const picked = (answer: Answer | undefined) =>
      rows().filter((item) => answer?.kind === 'pick' && labelOf(item) === answer.label);
    await until(() => !list.busy || list.isHidden || picked(this.answers[0]).length > 0, {
      ...{ what: `the list "${title}"`, every: 5 },
    });
    // It's closed if it couldn't be loaded.
    if (list.isHidden) return;
    const answer = this.take(kind, rows().map(labelOf));
    const items = rows();
    const labels = items.map(labelOf);
    this.lists.push({ title, labels, items });
    this.asked.push(list.placeholder);
    const [row] = picked(answer);
    if (row && !canSelectMany) list.accept([row]);
    else if (answer?.kind === 'pickMany' && canSelectMany)
      list.accept(answer.labels === 'as offered' ? list.selectedItems : named(items, answer.labels));
    else if (answer?.kind === 'back') list.goBack();
    else {
      if (answer?.kind !== 'escape') this.surprise(`list "${title}" of ${labels.join(', ')}`, answer);
      list.hidden.fire();
    }
  }

  /** Answers an input box like a person's keys, or clicks one of its buttons. */
  private async answerBox(box: ScriptedInputBox): Promise<void> {
    this.inputs.push({
      ...{ title: box.title, prompt: box.prompt, password: box.password, placeHolder: box.placeholder },
      ...(box.value === '' ? {} : { value: box.value }),
      validateInput: (text) => box.type(text),
    });
    this.asked.push(box.prompt);
    const answer = this.take('input');
    const button = box.buttons.find(({ tooltip }) => answer?.kind === 'button' && tooltip === answer.title);
    await Promise.resolve();
    if (button) box.triggered.fire(button);
    else if (answer?.kind === 'back') box.goBack();
    else if (answer?.kind === 'input') {
      const complaint = await box.type(answer.text ?? box.value);
      if (!isError(complaint)) await box.accept();
      else this.surprise(`complaint ${JSON.stringify(complaint)}`, answer);
    } else if (answer?.kind !== 'escape') this.surprise(`input "${box.prompt}"`, answer);
    // An input box also closes after it was accepted.
    box.hidden.fire();
  }

  private message(kind: Message['kind'], [text, second, ...rest]: unknown[]): Promise<string | undefined> {
    const options = typeof second === 'object' ? (second as vscode.MessageOptions) : {};
    const buttons = (typeof second === 'string' ? [second, ...rest] : rest) as string[];
    const message = {
      kind,
      text: text as string,
      detail: options.detail ?? '',
      modal: options.modal ?? false,
      buttons,
    };
    this.messages.push(message);
    if (!message.modal) {
      const clicked = buttons.includes(this.clicks[0] ?? '') ? this.clicks.shift() : undefined;
      return Promise.resolve(clicked);
    }
    const answer = this.take('button');
    if (answer?.kind === 'escape') return Promise.resolve(undefined);
    if (answer?.kind === 'button' && buttons.includes(answer.title)) return Promise.resolve(answer.title);
    return Promise.resolve(this.surprise(`modal "${message.text}"`, answer));
  }

  private outcome(item: vscode.StatusBarItem): vscode.StatusBarItem {
    return new Proxy(item, {
      get: (target, key) => {
        if (key === 'show') {
          const text = target.text.replace(/^\$\([\w~-]+\) /, '');
          this.messages.push({ kind: 'status', text, detail: '', modal: false, buttons: [] });
        }
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
      set: (target, key, value) => Reflect.set(target, key, value),
    });
  }

  private take(kind: Answer['kind'], labels: readonly string[] = []): Answer | undefined {
    const fits = (answer: Answer) =>
      answer.kind === kind && (answer.kind !== 'pick' || labels.includes(answer.label));
    const index = this.inTurns ? this.answers.findIndex(fits) : 0;
    return this.answers.splice(Math.max(index, 0), 1)[0];
  }

  private surprise(shown: string, answer: Answer | undefined): string | undefined {
    this.surprises.push(`${shown}, where the script has ${JSON.stringify(answer)}`);
    return undefined;
  }
}

function isError(complaint: string | vscode.InputBoxValidationMessage | undefined): boolean {
  return typeof complaint === 'object'
    ? complaint.severity === vscode.InputBoxValidationSeverity.Error
    : complaint !== undefined;
}

/** Rows by their label, or by their description and label. */
function named(items: readonly vscode.QuickPickItem[], wanted: readonly string[]): vscode.QuickPickItem[] {
  return items.filter(
    ({ label, description }) => wanted.includes(label) || wanted.includes(`${description ?? ''} ${label}`),
  );
}

function pickPrompts(window: typeof vscode.window) {
  const { createQuickPick, createInputBox, createStatusBarItem } = window;
  const { showInformationMessage, showWarningMessage, showErrorMessage } = window;
  return {
    ...{ createQuickPick, createInputBox, createStatusBarItem },
    ...{ showInformationMessage, showWarningMessage, showErrorMessage },
  };
}
