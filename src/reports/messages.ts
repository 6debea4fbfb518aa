import type { Report } from './model/report';
import { isObject, isText } from '../webview/messages';

/** What the page shows. */
export interface PageContent {
  readonly type: 'content';
  /** Absent until it was read for the first time. */
  readonly report?: Report;
  /** Why it couldn't be read, or read again. */
  readonly failure?: Failure;
  /** What is going on, such as `Checking…`. Empty if nothing is. */
  readonly busy: string;
  /** What the page keeps so that the report can be read again after the window reloads: names and IDs. */
  readonly saved: unknown;
}

export interface Failure {
  readonly reason: string;
  readonly nextStep: string;
  readonly actions: readonly { readonly id: string; readonly title: string }[];
}

/** A message from a report's page to the extension. */
export type PageMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'check' }
  /** `timeZone`: the reader's, which may differ from that of the computer where the extension runs. */
  | { readonly type: 'copy'; readonly timeZone: string }
  | { readonly type: 'copyId'; readonly id: string }
  | { readonly type: 'run'; readonly id: string };

/** @returns undefined if the value isn't a valid message */
export function parsePageMessage(value: unknown): PageMessage | undefined {
  if (!isObject(value)) return undefined;
  const { type, id, timeZone } = value;
  if (type === 'ready' || type === 'check') return { type };
  if (type === 'copy' && isText(timeZone)) return { type, timeZone };
  if ((type === 'copyId' || type === 'run') && isText(id)) return { type, id };
  return undefined;
}

/** @returns undefined if the value isn't a valid message. The report is checked only roughly because it comes from Keyless. */
export function parseContent(value: unknown): PageContent | undefined {
  if (!isObject(value)) return undefined;
  const { type, report, failure, busy, saved } = value;
  if (type !== 'content' || !isText(busy)) return undefined;
  if (failure !== undefined && !isFailure(failure)) return undefined;
  if (report !== undefined && !isReport(report)) return undefined;
  return { type, busy, saved, ...(report ? { report } : {}), ...(failure ? { failure } : {}) };
}

function isFailure(value: unknown): value is Failure {
  return isObject(value) && isText(value['reason']) && Array.isArray(value['actions']);
}

function isReport(value: unknown): value is Report {
  if (!isObject(value)) return false;
  const { title, answer, sections, ids, at } = value;
  return (
    isText(title) &&
    isObject(answer) &&
    Array.isArray(sections) &&
    sections.every(isObject) &&
    Array.isArray(ids) &&
    typeof at === 'number'
  );
}
