import * as vscode from 'vscode';
import { describeError, isCancellation, reasonOf, showError } from '../ui/errors';
import { tellCopied } from '../ui/messages';
import { plainLine, withoutControlsIn } from '../ui/text';
import type { Failure, PageContent, PageMessage } from './messages';
import { parsePageMessage } from './messages';
import { markdownOf } from './model/markdown';
import type { Report } from './model/report';
import type { Button, OpenReport, ReadReport, ReportSource } from './source';

/** One report in a tab. A newer reading takes the place of one that is going on. */
export class ReportPage implements OpenReport, vscode.Disposable {
  private readonly subscription: vscode.Disposable;
  private shown: ReadReport | undefined;
  private failure: Failure | undefined;
  private failureButtons: readonly Button[] = [];
  private reading: AbortController | undefined;
  private acting: Button | undefined;
  /** Ends when the newest reading does. */
  private shownSoon = Promise.resolve();
  /** Something changed while an action was running. */
  private outdated = false;
  /** The tab may close while an action is running. */
  private disposed = false;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private source: ReportSource,
    private readonly log: vscode.LogOutputChannel,
    page: string,
  ) {
    panel.webview.options = { enableScripts: true, localResourceRoots: [] };
    this.subscription = panel.webview.onDidReceiveMessage((message: unknown) => {
      void this.receive(parsePageMessage(message));
    });
    panel.title = plainLine(source.title);
    panel.webview.html = page;
  }

  get report(): Report | undefined {
    return this.content.report;
  }

  /** What the page shows. */
  get content(): PageContent {
    const { shown, failure, reading, acting, source } = this;
    return withoutControlsIn({
      type: 'content',
      ...(shown ? { report: shown.report } : {}),
      ...(failure ? { failure } : {}),
      busy: reading ? vscode.l10n.t('Checking…') : (acting?.title ?? ''),
      saved: source.saved,
    });
  }

  reveal(): void {
    this.panel.reveal();
  }

  /** Shows another source in this tab. */
  async use(source: ReportSource): Promise<void> {
    this.source = source;
    await this.check();
  }

  /**
   * Reads the report and shows it, or what prevents that. A newer reading takes the place of one that is under way, and this
   * waits for it, so that the page shows the answer to its present question afterward. Never throws.
   */
  async check(): Promise<void> {
    if (this.disposed) return;
    this.reading?.abort();
    const reading = (this.reading = new AbortController());
    this.outdated = false;
    this.post();
    this.shownSoon = this.read(reading.signal);
    for (let waited; waited !== this.shownSoon;) await (waited = this.shownSoon);
  }

  private async read(signal: AbortSignal): Promise<void> {
    try {
      const shown = await this.source.read(this, signal);
      if (signal.aborted) return;
      this.shown = shown;
      this.setFailure(undefined);
    } catch (error) {
      if (signal.aborted) return;
      this.setFailure(error);
    }
    this.reading = undefined;
    this.post();
  }

  async changed(): Promise<void> {
    this.source = this.source.afterChange?.() ?? this.source;
    await this.check();
  }

  /** Called when a resource was written, or without an ID when anything may have changed, such as the account. */
  resourceChanged(resourceId?: string): void {
    if (resourceId === undefined) this.shown = undefined;
    else if (!this.isAbout(resourceId)) return;
    if (this.acting) this.outdated = true;
    else void this.changed();
  }

  /** Called on news about a resource that nobody wrote. What was seen before still counts. */
  recheck(resourceId: string): void {
    if (this.isAbout(resourceId) && !this.acting) void this.check();
  }

  private isAbout(resourceId: string): boolean {
    return this.source.about.some((id) => id.toLowerCase() === resourceId.toLowerCase());
  }

  /** Runs an action of the report. Never throws. */
  async run(id: string): Promise<void> {
    const button =
      this.shown?.buttons.get(id) ?? this.failureButtons.find((_, index) => failureId(index) === id);
    if (!button || this.acting) return;
    this.acting = button;
    this.post();
    try {
      await button.run();
    } catch (error) {
      showError(this.log, button.title, error);
    }
    this.acting = undefined;
    if (this.outdated) await this.changed();
    else this.post();
  }

  dispose(): void {
    this.disposed = true;
    this.reading?.abort();
    this.subscription.dispose();
    this.panel.dispose();
  }

  private async receive(message: PageMessage | undefined): Promise<void> {
    switch (message?.type) {
      case 'ready':
        this.post();
        return;
      case 'check':
        await this.check();
        return;
      case 'run':
        await this.run(message.id);
        return;
      case 'copy':
        await this.copy(message.timeZone);
        return;
      case 'copyId':
        await this.copyId(message.id);
    }
  }

  private async copy(timeZone: string): Promise<void> {
    const { report } = this;
    if (!report) return;
    const zone = isTimeZone(timeZone) ? { timeZone } : {};
    await vscode.env.clipboard.writeText(markdownOf(report, { language: vscode.env.language, ...zone }));
    tellCopied(vscode.l10n.t('Copied the report as Markdown'));
  }

  /** The page knows only the IDs of its own report. */
  private async copyId(id: string): Promise<void> {
    const named = this.report?.ids.find((one) => one.id === id);
    if (!named) return;
    await vscode.env.clipboard.writeText(named.id);
    tellCopied(vscode.l10n.t('Copied the ID of {0}', named.name));
  }

  private setFailure(error: unknown): void {
    this.failure = undefined;
    this.failureButtons = [];
    if (error === undefined || isCancellation(error)) return;
    const { nextStep = '', actions } = describeError(error);
    const reason = reasonOf(error);
    this.log.warn(`${plainLine(this.source.title)}: ${plainLine(reason, 1000)}`);
    this.failureButtons = actions.map(({ title, command, arguments: args = [] }) => ({
      title,
      run: async () => {
        await vscode.commands.executeCommand(command, ...args);
        await this.check();
      },
    }));
    this.failure = {
      reason: reason.slice(0, 1000),
      nextStep: nextStep.slice(0, 1000),
      actions: actions.map(({ title }, index) => ({ id: failureId(index), title })),
    };
  }

  private post(): void {
    if (this.disposed) return;
    void this.panel.webview.postMessage(this.content);
  }
}

function failureId(index: number): string {
  return `failure.${index}`;
}

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}
