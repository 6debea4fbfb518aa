/**
 * What a report says. It's shown as a page and copied as Markdown. Its strings may come from outside: they are text,
 * never markup, and never a secret value.
 */
export interface Report {
  /** What kind of report it is, such as `Why Can't It Read?`. */
  readonly kind: string;
  /** The heading, such as a question. */
  readonly title: string;
  readonly answer: Answer;
  readonly sections: readonly Section[];
  /** IDs of what the report calls by name. They are folded away. */
  readonly ids: readonly NamedId[];
  /** What holds for the whole report, in a sentence. */
  readonly note: string;
  /** When it was read, in milliseconds since 1970. */
  readonly at: number;
}

/** `unknown`: a fact is missing. `neutral`: neither good nor bad. */
export type Tone = 'good' | 'bad' | 'warning' | 'unknown' | 'neutral';

/** The answer comes first, in color and in words. */
export interface Answer {
  readonly tone: Tone;
  readonly text: string;
  /** What else to know about the answer, in a sentence. */
  readonly detail?: string;
  readonly actions: readonly ReportAction[];
}

export interface Section {
  readonly title: string;
  /** Numbered. */
  readonly steps?: readonly string[];
  readonly cards?: readonly Card[];
  readonly facts?: readonly Fact[];
  readonly table?: Table;
}

export interface Card {
  readonly tone: Tone;
  readonly title: string;
  /** Says more about the title, in a few words. */
  readonly subtitle?: string;
  readonly paragraphs: readonly string[];
  readonly points?: readonly string[];
  readonly moments?: readonly Moment[];
  readonly actions: readonly ReportAction[];
}

export interface Fact {
  readonly label: string;
  readonly text: string;
  readonly actions?: readonly ReportAction[];
}

export interface Table {
  /** The heading of each column after the first. */
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

export interface Row {
  readonly label: string;
  readonly cells: readonly Cell[];
  /** Whether the cells differ. */
  readonly differs: boolean;
}

/** A text, or a time in milliseconds since 1970. */
export type Cell = string | number;

/** A time that matters. Only what shows it knows the reader's time zone. */
interface Moment {
  readonly label: string;
  /** In milliseconds since 1970. */
  readonly at: number;
}

export interface NamedId {
  readonly name: string;
  readonly id: string;
}

/** A button. What it does is known only to the extension. */
export interface ReportAction {
  readonly id: string;
  readonly title: string;
  /** The one to begin with. */
  readonly primary?: boolean;
}
