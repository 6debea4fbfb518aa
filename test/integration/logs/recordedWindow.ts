import * as vscode from 'vscode';

/** Records what is written to output channels and the status bar, which still show it. */
export class RecordedWindow {
  /** The status bar item, while it is shown. */
  status: vscode.StatusBarItem | undefined;
  private readonly texts = new Map<string, string[]>();
  private readonly original = {
    createOutputChannel: vscode.window.createOutputChannel,
    createStatusBarItem: vscode.window.createStatusBarItem,
  };

  constructor() {
    Object.assign(vscode.window, {
      createOutputChannel: (name: string, languageId?: string) => this.recordChannel(name, languageId),
      createStatusBarItem: (id: string) => this.recordStatus(id),
    });
  }

  text(channel: string): string {
    return this.texts.get(channel)?.join('') ?? '';
  }

  get everything(): string {
    return [...this.texts.values()].flat().join('');
  }

  restore(): void {
    Object.assign(vscode.window, this.original);
  }

  private recordChannel(name: string, languageId?: string): vscode.OutputChannel {
    const channel = this.original.createOutputChannel.call(
      vscode.window,
      name,
      languageId as never,
    ) as vscode.OutputChannel;
    const texts: string[] = [];
    this.texts.set(name, texts);
    return new Proxy(channel, {
      get: (target, key) => {
        if (key === 'append') {
          return (text: string) => {
            texts.push(text);
            target.append(text);
          };
        }
        if (key === 'replace') {
          return (text: string) => {
            texts.splice(0, texts.length, text);
            target.replace(text);
          };
        }
        if (key === 'clear') texts.length = 0;
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  private recordStatus(id: string): vscode.StatusBarItem {
    const item = this.original.createStatusBarItem.call(vscode.window, id as never);
    if (id !== 'logStreams') return item;
    this.status = item;
    const dispose = item.dispose.bind(item);
    item.dispose = () => {
      this.status = undefined;
      dispose();
    };
    return item;
  }
}
