/** Words for people. Names are as Azure gave them, and hostile: who shows them makes them harmless. */
export interface Description {
  /** A few words, for a heading. */
  readonly title: string;
  /** What is, as one or two sentences. */
  readonly sentence: string;
  /** What to do about it, as a sentence. */
  readonly nextStep: string;
}

/** A text for each kind of something. */
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
export function nameOf(id: string): string {
  const slot = /\/sites\/([^/]+)\/slots\/([^/]+)$/i.exec(id);
  return slot ? slot.slice(1).join('/') : (id.split('/').at(-1) ?? id);
}

export function listed(names: readonly string[]): string {
  return names.join(', ');
}

/** e.g. `14:05 UTC`. */
export function timeOf(date: Date): string {
  return `${date.toISOString().slice(11, 16)} UTC`;
}

/** e.g. `2026-11-24`. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
