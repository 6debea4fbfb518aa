import type { Detail } from './details';

/** What a node shows, as plain text from outside: items.ts makes it harmless. */
export interface Appearance {
  readonly label: string;
  readonly description?: string;
  /** Name and value of each line below the label in the tooltip. */
  readonly details: readonly Detail[];
  readonly icon: Icon;
  readonly children: 'none' | 'collapsed' | 'expanded';
}

/** A picture of media/light and media/dark, or an icon of VS Code's own. */
export type Icon = { readonly file: string } | { readonly theme: string; readonly color?: string };

export const warning: Icon = { theme: 'warning', color: 'list.warningForeground' };

export function group(label: string, theme: string): Appearance {
  return { label, details: [], icon: { theme }, children: 'collapsed' };
}

/** The name at the end of an ID. */
export function lastSegment(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
