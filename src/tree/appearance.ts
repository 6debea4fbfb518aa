import type { Detail } from './details';

/** What a node shows. Contains raw text from outside, which items.ts makes safe to display. */
export interface Appearance {
  readonly label: string;
  readonly description?: string;
  /** The lines below the label in the tooltip, as names and values. */
  readonly details: readonly Detail[];
  readonly icon: Icon;
  readonly children: 'none' | 'collapsed' | 'expanded';
}

/** An image in media/light and media/dark, or one of VS Code's built-in icons. */
export type Icon = { readonly file: string } | { readonly theme: string; readonly color?: string };

export const warning: Icon = { theme: 'warning', color: 'list.warningForeground' };

export function group(label: string, theme: string): Appearance {
  return { label, details: [], icon: { theme }, children: 'collapsed' };
}

/** The last segment of an ID, which is the name. */
