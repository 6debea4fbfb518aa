interface Row {
  readonly label: string;
  readonly kind?: number;
  readonly description?: string;
}

type Listener = (value?: unknown) => void;

/** The parts of a quick pick that src/ui uses. Counts what it's handed. */
export class QuickPick {
  /** How many rows were handed over in all, and how often. */
  rows = 0;
  times = 0;
  busy = false;
  placeholder = '';
  value = '';
  buttons: readonly object[] = [];
  activeItems: readonly Row[] = [];
  selectedItems: readonly Row[] = [];
  private shown: readonly Row[] = [];
  private readonly listeners: Record<string, Listener> = {};
  readonly onDidAccept = (listener: Listener) => (this.listeners['accept'] = listener);
  readonly onDidHide = (listener: Listener) => (this.listeners['hide'] = listener);
  readonly onDidChangeValue = (listener: Listener) => (this.listeners['change'] = listener);
  readonly onDidTriggerButton = (listener: Listener) => (this.listeners['button'] = listener);

  get items(): readonly Row[] {
    return this.shown;
  }

  set items(items: readonly Row[]) {
    this.shown = items;
    this.rows += items.length;
    this.times += 1;
  }

  show(): void {
    picks.push(this);
  }

  type(text: string): void {
    this.value = text;
    this.listeners['change']?.(text);
  }

  accept(label: string): void {
    this.activeItems = this.shown.filter((row) => row.label.includes(label));
    this.selectedItems = this.activeItems.slice(0, 1);
    this.listeners['accept']?.();
  }

  /** Clicks the last button. */
  click(): void {
    this.listeners['button']?.(this.buttons.at(-1));
  }

  dispose(): void {
    this.listeners['hide']?.();
  }
}

export const QuickPickItemKind = { Separator: -1 };

/** The quick picks that were shown. */
export const picks: QuickPick[] = [];
