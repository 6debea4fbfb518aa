import type { Locator, Page } from 'playwright-core';
import { quoted, whole } from './selectors';
import { until } from '../until';

export interface RowQuery {
  /** Name of the view; any in the side bar unless told. */
  view?: string;
  /** 1 is the root. */
  level?: number;
  /** Part of the row's description. */
  description?: string;
}

export interface Row {
  label: string;
  description: string;
  level: number;
  expanded: boolean | undefined;
  accessibilityLabel: string;
}

/** The trees of the side bar. Rows out of sight are not in the page. */
export class UiTree {
  constructor(private readonly page: Page) {}

  /** A row by the whole text of its label. */
  row(label: string, { view, level, description }: RowQuery = {}): Locator {
    const rows = this.view(view).locator(
      `.monaco-list-row[role="treeitem"]${level ? `[aria-level="${level}"]` : ''}`,
    );
    const named = rows.filter({ has: this.page.locator('.label-name', { hasText: whole(label) }) });
    if (!description) return named.first();
    return named.filter({ has: this.page.locator('.label-description', { hasText: description }) }).first();
  }

  /** The rows in sight, top first. */
  async rows(view?: string): Promise<Row[]> {
    type Part = { textContent: string } | null;
    type Element = {
      dataset: { index: string };
      querySelector(part: string): Part;
      getAttribute(name: string): string | null;
    };
    return this.view(view)
      .locator('[role="treeitem"]')
      .evaluateAll((elements: Element[]) =>
        elements
          .sort((a, b) => Number(a.dataset.index) - Number(b.dataset.index))
          .map((element) => {
            const expanded = element.getAttribute('aria-expanded');
            return {
              label: element.querySelector('.label-name')?.textContent ?? '',
              description: element.querySelector('.label-description')?.textContent ?? '',
              level: Number(element.getAttribute('aria-level')),
              expanded: expanded === null ? undefined : expanded === 'true',
              accessibilityLabel: element.getAttribute('aria-label') ?? '',
            };
          }),
      );
  }

  /** Opens rows one below the other, and waits until the last one's children are there. */
  async expand(...labels: string[]): Promise<void> {
    for (const [depth, label] of labels.entries()) {
      const query = labels.length > 1 ? { level: depth + 1 } : {};
      const row = this.row(label, query);
      await row.scrollIntoViewIfNeeded();
      const twistie = row.locator('.monaco-tl-twistie');
      if ((await row.getAttribute('aria-expanded')) === 'false') await twistie.click();
      const isOpen = async () =>
        (await row.getAttribute('aria-expanded')) === 'true' &&
        !/codicon-tree-item-loading/.test((await twistie.getAttribute('class')) ?? '');
      await until(isOpen, { timeout: 30_000, what: `"${label}" to open` });
    }
  }

  /** Presses a button that a row shows under the mouse. */
  async rowAction(row: Locator, label: string): Promise<void> {
    await row.hover();
    await row.locator(`.actions a.action-label[aria-label^="${quoted(label)}"]`).click();
  }

  private view(name?: string): Locator {
    const label = name ? `[aria-label="${quoted(name)}"]` : '';
    return this.page.locator(`.part.sidebar [role="tree"]${label}`);
  }
}
