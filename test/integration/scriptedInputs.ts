import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../support/until';

/** What lists and boxes have in common. They stand in for VS Code's, whose events can't be fired from outside. */
class ScriptedInput {
  title = '';
  placeholder = '';
  value = '';
  busy = false;
  isHidden = false;
  buttons: readonly vscode.QuickInputButton[] = [];
  readonly accepted = new vscode.EventEmitter<void>();
  readonly hidden = new vscode.EventEmitter<void>();
  readonly triggered = new vscode.EventEmitter<vscode.QuickInputButton>();
  protected readonly changed = new vscode.EventEmitter<string>();
  readonly onDidAccept = this.accepted.event;
  readonly onDidHide = this.hidden.event;
  readonly onDidTriggerButton = this.triggered.event;
  readonly onDidChangeValue = this.changed.event;

  goBack(): void {
    assert.ok(this.buttons.includes(vscode.QuickInputButtons.Back), `"${this.title}" has no Back`);
    this.triggered.fire(vscode.QuickInputButtons.Back);
  }

  dispose(): void {
    this.isHidden = true;
    this.hidden.fire();
  }
}

/** Takes the place of a list of `createQuickPick`. */
export class ScriptedQuickPick extends ScriptedInput {
  canSelectMany = false;
  items: readonly vscode.QuickPickItem[] = [];
  activeItems: readonly vscode.QuickPickItem[] = [];
  selectedItems: readonly vscode.QuickPickItem[] = [];

  constructor(private readonly shown: (list: ScriptedQuickPick) => void) {
    super();
  }

  accept(items: readonly vscode.QuickPickItem[]): void {
    this.activeItems = items;
    this.selectedItems = items;
    this.accepted.fire();
  }

  show(): void {
    this.shown(this);
  }
}

/** Takes the place of an input box of `createInputBox`. */
export class ScriptedInputBox extends ScriptedInput {
  prompt = '';
  password = false;
  validationMessage: string | vscode.InputBoxValidationMessage | undefined;

  constructor(private readonly shown: (box: ScriptedInputBox) => void) {
    super();
  }

  /** Returns what the box complains about, once it knows. */
  async type(text: string): Promise<string | vscode.InputBoxValidationMessage | undefined> {
    this.value = text;
    this.changed.fire(text);
    await until(() => !this.busy, { what: `the check of "${text}"`, every: 5 });
    return this.validationMessage;
  }

  async accept(): Promise<void> {
    this.accepted.fire();
    await until(() => !this.busy, { what: 'the check of the accepted text', every: 5 });
    await Promise.resolve();
  }

  show(): void {
    this.shown(this);
  }
}
