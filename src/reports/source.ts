import type { Report } from './model/report';

/** Where a report comes from. It's read when it opens, when a person asks for it, and after changes. */
export interface ReportSource {
  /** What the report is about. A report about the same replaces it in its tab. */
  readonly subject: string;
  /** Title of the tab. */
  readonly title: string;
  /** What the report is read from after the window reloads: names and IDs as JSON, and no secret value. */
  readonly saved: unknown;
  /** ARM IDs of the resources that it depends on. */
  readonly about: readonly string[];
  /** @throws what the page then explains */
  read(page: OpenReport, signal: AbortSignal): Promise<ReadReport>;
  /** The source to use after something was changed. By default, the same. */
  afterChange?(): ReportSource;
}

export interface ReadReport {
  readonly report: Report;
  /** By the ID of the action in the report. */
  readonly buttons: ReadonlyMap<string, Button>;
}

export interface Button {
  readonly title: string;
  run(): Promise<unknown>;
}

/** What the buttons of a report may do with its page. */
export interface OpenReport {
  /** Call it after a change. Reads the report again and shows it. */
  changed(): Promise<void>;
}
