import { l10n } from '../account/vscodeStub';
import { QuickPick, QuickPickItemKind } from './pickStub';

/** The parts of the VS Code API that input boxes and quick picks of src/ui use. A test sets what the person does. */
export const person = {
  /** What they do in the input box; undefined closes it. */
  does: undefined as ((box: InputBox) => void) | undefined,
  /** The button of the next dialogs that they click; undefined closes the dialog. */
  clicks: [] as (string | undefined)[],
  clipboard: '',
  /** The content of the file that they choose; undefined closes the dialog. */
  file: undefined as Uint8Array | undefined,
  /** Dialogs that were shown, with their buttons. */
  dialogs: [] as string[],
};

type Listener = (value?: unknown) => void;

export class InputBox {
  value = '';
  validationMessage: string | undefined;
  buttons: { tooltip: string }[] = [];
  private readonly listeners: Record<string, Listener> = {};
  readonly onDidAccept = (listener: Listener) => (this.listeners['accept'] = listener);
  readonly onDidHide = (listener: Listener) => (this.listeners['hide'] = listener);
  readonly onDidChangeValue = (listener: Listener) => (this.listeners['change'] = listener);
  readonly onDidTriggerButton = (listener: Listener) => (this.listeners['button'] = listener);

  show(): void {
    if (person.does) person.does(this);
    else this.listeners['hide']?.();
  }

  type(text: string): void {
    this.value = text;
    this.listeners['change']?.(text);
    this.listeners['accept']?.();
  }

  click(title: string): void {
    this.listeners['button']?.(this.buttons.find(({ tooltip }) => tooltip.startsWith(title)));
  }

  hide(): void {
    this.listeners['hide']?.();
  }

  dispose(): void {
    this.hide();
  }
}

function dialog(text: string, options: { detail: string }, ...buttons: string[]) {
  person.dialogs.push([text, options.detail, ...buttons].join(' | '));
  const clicked = person.clicks.shift();
  return Promise.resolve(buttons.find((button) => button === clicked));
}

export const window = {
  createInputBox: () => new InputBox(),
  createQuickPick: () => new QuickPick(),
  showInformationMessage: dialog,
  showWarningMessage: dialog,
  showOpenDialog: () => Promise.resolve(person.file === undefined ? undefined : ['file:///chosen']),
};

export const env = { clipboard: { readText: () => Promise.resolve(person.clipboard) } };

export const workspace = {
  fs: {
    stat: () => Promise.resolve({ size: person.file?.length ?? 0 }),
    readFile: () => Promise.resolve(person.file),
  },
};

export const QuickInputButtons = { Back: { tooltip: 'Back' } };

export class ThemeIcon {
  constructor(readonly id: string) {}
}

export class CancellationError extends Error {
  override readonly name = 'Canceled';
}

export { l10n, QuickPickItemKind };
