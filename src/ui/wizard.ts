import * as vscode from 'vscode';
import type { Choice } from './quickPick';
import { toItems } from './quickPick';
import { plainLine } from './text';

/** One step of a wizard. Asks a question unless earlier answers make it unnecessary, and returns the updated draft. */
export type Step<Draft> = (draft: Draft, page: WizardPage) => Promise<Draft>;

interface TextQuestion {
  readonly prompt: string;
  readonly value?: string;
  /** Returns why a text isn't valid, or undefined if it is. */
  readonly validate: (text: string) => Promise<string | undefined> | string | undefined;
}

/**
 * Asks questions one after another. *Back* returns to the previous question and restores the draft from that point.
 * @throws vscode.CancellationError when closed without an answer
 */
export async function runWizard<Draft>(
  title: string,
  steps: readonly Step<Draft>[],
  start: Draft,
): Promise<Draft> {
  const asked: { readonly index: number; readonly draft: Draft }[] = [];
  const typed = new Map<number, string>();
  let draft = start;
  for (let index = 0; ;) {
    const step = steps[index];
    if (!step) return draft;
    const page = new WizardPage(title, asked.length + 1, typed.get(index));
    try {
      const next = await step(draft, page);
      if (page.text !== undefined) typed.set(index, page.text);
      if (page.wasShown) asked.push({ index, draft });
      draft = next;
      index++;
    } catch (error) {
      const before = error instanceof Back ? asked.pop() : undefined;
      if (!before) throw error;
      ({ index, draft } = before);
    }
  }
}

/** Thrown when the user selects *Back*. */
class Back extends Error {}

/** What a step asks its question with. */
class WizardPage {
  wasShown = false;
  /** What the user typed. */
  text: string | undefined;

  constructor(
    private readonly title: string,
    private readonly number: number,
    private readonly earlier: string | undefined,
  ) {}

  /** Asks for one of several choices that may take a while to load. @throws whatever `load` throws */
  async pick<T>(
    placeHolder: string,
    load: (signal: AbortSignal) => Promise<readonly Choice<T>[]>,
  ): Promise<T> {
    const input = vscode.window.createQuickPick<ReturnType<typeof toItems<T>>[number]>();
    input.placeholder = plainLine(placeHolder);
    input.matchOnDescription = true;
    input.busy = true;
    const abort = new AbortController();
    try {
      return await this.ask<T>(input, (resolve, reject) => {
        input.onDidAccept(() => {
          const value = input.selectedItems[0]?.value;
          if (value !== undefined) resolve(value);
        });
        load(abort.signal).then((choices) => {
          input.items = toItems(choices);
          input.busy = false;
        }, reject);
      });
    } finally {
      abort.abort();
    }
  }

  /** Asks for a line of text and validates it as the user types. */
  async type({ prompt, value = '', validate }: TextQuestion): Promise<string> {
    const input = vscode.window.createInputBox();
    input.prompt = plainLine(prompt, 400);
    input.value = this.earlier ?? value;
    const isGood = async (text: string) => {
      const complaint = await validate(text);
      if (input.value !== text) return false;
      input.validationMessage = complaint;
      return complaint === undefined;
    };
    this.text = await this.ask<string>(input, (resolve, reject) => {
      input.onDidChangeValue((text) => {
        isGood(text).catch(reject);
      });
      input.onDidAccept(() => {
        const text = input.value;
        isGood(text).then((good) => {
          if (good) resolve(text);
        }, reject);
      });
    });
    return this.text;
  }

  private async ask<T>(
    input: vscode.QuickInput & Pick<vscode.InputBox, 'buttons' | 'onDidTriggerButton'>,
    wire: (resolve: (value: T) => void, reject: (reason: Error) => void) => void,
  ): Promise<T> {
    this.wasShown = true;
    input.title = plainLine(this.title);
    input.step = this.number;
    input.ignoreFocusOut = true;
    if (this.number > 1) input.buttons = [vscode.QuickInputButtons.Back];
    try {
      return await new Promise<T>((resolve, reject) => {
        input.onDidTriggerButton(() => {
          reject(new Back());
        });
        input.onDidHide(() => {
          reject(new vscode.CancellationError());
        });
        wire(resolve, reject);
        input.show();
      });
    } finally {
      input.dispose();
    }
  }
}
