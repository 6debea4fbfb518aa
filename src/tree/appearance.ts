import type { Detail } from './describe/details';
import type { Mark } from './marks';

/** What a node shows. Contains raw text from outside, which items.ts makes safe to display. */
export interface Appearance {
  readonly label: string;
  readonly description?: string;
  /** The lines below the label in the tooltip, as names and values. */
  readonly details: readonly Detail[];
  readonly icon: Icon;
  readonly mark?: Mark;
  readonly children: 'none' | 'collapsed' | 'expanded';
}

/** An image in media/light and media/dark, or one of VS Code's built-in icons. */
export type Icon = { readonly file: string } | { readonly theme: string; readonly color?: string };

export const warning: Icon = { theme: 'warning', color: 'list.warningForeground' };

export function group(label: string, theme: string): Appearance {
  return { label, details: [], icon: { theme }, children: 'collapsed' };
}

/** @param place what tells it from another row with the same name */
export function withPlace(text: string, place: string | undefined): string {
  if (place === undefined) return text;
  return text ? `${place}, ${text}` : place;
}
