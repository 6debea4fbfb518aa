import * as l10n from '@vscode/l10n';

/** A description for users. Names come from Azure and are untrusted: the code that shows them must escape them. */
export interface Description {
  /** A few words, for a heading. */
  readonly title: string;
  /** What is wrong, in one or two sentences. */
  readonly sentence: string;
  /** What to do about it, in one sentence. */
  readonly nextStep: string;
  /** Times that matter, apart from the sentences: only what shows them knows the reader's time zone. */
  readonly times?: readonly DescribedTime[];
}

export interface DescribedTime {
  readonly label: string;
  readonly at: Date;
}

/** A description for each kind of a union. */
export type DescriptionsOf<T extends { readonly kind: string }> = {
  readonly [K in T['kind']]: (one: T & { readonly kind: K }) => Description;
};

export function descriptionOf<T extends { readonly kind: string }>(
  texts: DescriptionsOf<T>,
  one: T,
): Description {
  return texts[one.kind as T['kind']](one);
}

/** The last name in an ARM ID; `app/slot` for a slot. */
export function nameInId(id: string): string {
  const slot = /\/sites\/([^/]+)\/slots\/([^/]+)$/i.exec(id);
  return slot ? slot.slice(1).join('/') : (id.split('/').at(-1) ?? id);
}

export function listed(names: readonly string[]): string {
  return names.join(', ');
}

/** The first few names, and how many more there are. */
export function inShort(names: readonly string[]): string {
  const shown = listed(names.slice(0, 5));
  return names.length > 5 ? l10n.t('{0} and {1} more', shown, names.length - 5) : shown;
}

/** e.g. `2026-11-24`, or `+010000-01-01` after the year 9999. */
export function dayOf(date: Date): string {
  return date.toISOString().replace(/T.*/, '');
}

/** The name after the last slash of an ID or path. */
export function lastSegment(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
