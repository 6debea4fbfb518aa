import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../support/until';

type Answer = { readonly pick: string } | { readonly type: string } | 'back' | 'close';

/** Answers a wizard's real pick lists and input boxes in the order of a script, like a person's keys and clicks. */
export class WizardAnswers {
  /** `step: prompt or placeholder` of every question, in order. */
  readonly asked: string[] = [];
  private readonly failures: unknown[] = [];
  private readonly original = {
    createQuickPick: vscode.window.createQuickPick,
    createInputBox: vscode.window.createInputBox,
  };

  constructor(private readonly answers: Answer[]) {
    Object.assign(vscode.window, {
      createQuickPick: () => this.watch(this.original.createQuickPick<vscode.QuickPickItem>(), pickIn),
      createInputBox: () => this.watch(this.original.createInputBox(), typeIn),
    });
  }

  /** Asserts that every answer was used. */
  finish(): void {
    Object.assign(vscode.window, this.original);
    assert.deepEqual(this.failures, []);
    assert.deepEqual(this.answers, []);
  }

  /** Keeps the wizard's listeners, because a real input's events can't be fired from outside. */
  private watch<I extends vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox>(
    input: I,
    answer: (input: Watched<I>, wanted: Answer) => Promise<void>,
  ): I {
    const listeners: Partial<Record<string, (value: unknown) => void>> = {};
    const watched = new Proxy(input, {
      get: (target, property) => {
        if (property === 'fire') return (name: string, value?: unknown) => listeners[name]?.(value);
        if (property === 'show')
          return () => {
            this.shown(watched as Watched<I>, answer);
          };
        if (typeof property === 'string' && /^onDid(Accept|TriggerButton|Hide|ChangeValue)$/.test(property))
          return (listener: (value: unknown) => void) => {
            listeners[property] = listener;
          };
        const value: unknown = Reflect.get(target, property, target);
        return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
      },
      set: (target, property, value) => Reflect.set(target, property, value, target),
    });
    return watched;
  }

  private shown<I extends vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox>(
    input: Watched<I>,
    answer: (input: Watched<I>, wanted: Answer) => Promise<void>,
  ): void {
    this.asked.push(
      `${String(input.step)}: ${('prompt' in input && input.prompt) || (input.placeholder ?? '')}`,
    );
    const wanted = this.answers.shift() ?? 'close';
    if (wanted === 'close') input.fire('onDidHide');
    else if (wanted === 'back') {
      assert.deepEqual(input.buttons, [vscode.QuickInputButtons.Back]);
      input.fire('onDidTriggerButton', vscode.QuickInputButtons.Back);
    } else
      answer(input, wanted).catch((error: unknown) => {
        this.failures.push(error);
        input.fire('onDidHide');
      });
  }
}

type Watched<I> = I & { fire(name: string, value?: unknown): void };

async function pickIn(input: Watched<vscode.QuickPick<vscode.QuickPickItem>>, wanted: Answer): Promise<void> {
  assert.ok(typeof wanted === 'object' && 'pick' in wanted, JSON.stringify(wanted));
  const find = () => input.items.find(({ label }) => label.replace(/^\$\([\w-]+\) /, '') === wanted.pick);
  await until(() => find() !== undefined, { what: `${wanted.pick} in the list` });
  const item = find();
  input.selectedItems = item ? [item] : [];
  input.fire('onDidAccept');
}

async function typeIn(input: Watched<vscode.InputBox>, wanted: Answer): Promise<void> {
  assert.ok(typeof wanted === 'object' && 'type' in wanted, JSON.stringify(wanted));
  if (wanted.type !== '') input.value = wanted.type;
  input.fire('onDidAccept');
  await Promise.resolve();
}
