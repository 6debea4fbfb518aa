import type { Locator, Page } from 'playwright-core';
import { repeat } from './repeat';
import { quoted, whole } from './selectors';
import { until } from '../until';

export interface RowQuery {
  /** The name of the view. By default any view in the side bar. */
  view?: string;
  /** 1 is the root. */
  level?: number;
  /** Part of the row's description. */
  description?: string;
}

export interface Row {
  /** The position in the whole tree. */
  index: number;
  label: string;
  description: string;
  level: number;
  expanded: boolean | undefined;
  accessibilityLabel: string;
}

/** The trees in the side bar. Rows that aren't visible aren't in the page. */
export class UiTree {
  constructor(private readonly page: Page) {}

  /** A row by the full text of its label. */
  row(label: string, { view, level, description }: RowQuery = {}): Locator {
    const rows = this.view(view).locator(
      `.monaco-list-row[role="treeitem"]${level ? `[aria-level="${level}"]` : ''}`,
    );
    const named = this.named(rows, label);
    if (!description) return named.first();
    return named.filter({ has: this.page.locator('.label-description', { hasText: description }) }).first();
  }

  /** The visible rows from top to bottom. */
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
              index: Number(element.dataset.index),
              label: (element.querySelector('.label-name')?.textContent ?? '').trim(),
              description: element.querySelector('.label-description')?.textContent ?? '',
              level: Number(element.getAttribute('aria-level')),
              expanded: expanded === null ? undefined : expanded === 'true',
              accessibilityLabel: element.getAttribute('aria-label') ?? '',
            };
          }),
      );
  }

  /** Expands a path of rows and waits for the children of each one. Starts over if VS Code redraws and closes one. */
  async expand(...labels: string[]): Promise<void> {
    await until(() => this.opensPath(labels), { timeout: 60_000, what: `"${labels.join('" > "')}" to open` });
  }

  /** Collapses a row. */
  async collapse(label: string, query: RowQuery = {}): Promise<void> {
    const row = this.row(label, query);
    await repeat({
      what: `"${label}" to close`,
      action: () => twistieOf(row).click({ timeout: 2000 }),
      effect: async () => !(await isExpanded(row)),
    });
  }

  /** Expands a path of rows if necessary. @returns whether all are still expanded at the end */
  private async opensPath(labels: readonly string[]): Promise<boolean> {
    const path: Locator[] = [];
    for (const label of labels) {
      const parent = path.at(-1);
      const row = parent
        ? await this.childOf(parent, label)
        : this.row(label, labels.length > 1 ? { level: 1 } : {});
      if (!row || !(await this.opens(row))) return false;
      path.push(row);
    }
    const open = await Promise.all(path.map(isExpanded));
    return !open.includes(false);
  }

  /** The row with this label below an expanded row. */
  private async childOf(parent: Locator, label: string): Promise<Locator | undefined> {
    const [index, level] = await placeOf(parent);
    const rows = await this.rows();
    const inside = rows.slice(rows.findIndex((row) => row.index === index) + 1);
    const end = inside.findIndex((row) => row.level <= level);
    const found = inside
      .slice(0, end < 0 ? undefined : end)
      .find((row) => row.level === level + 1 && row.label === label);
    return found && this.named(this.view().locator(`[role="treeitem"][data-index="${found.index}"]`), label);
  }

  /** Expands a row if necessary. @returns whether it's expanded and its children are visible */
  private async opens(row: Locator): Promise<boolean> {
    await row.scrollIntoViewIfNeeded({ timeout: 2000 });
    if (!(await isExpanded(row))) {
      await twistieOf(row).click({ timeout: 2000 });
      await until(() => isExpanded(row), { timeout: 2000, what: 'the row to open' });
    }
    if (
      /codicon-tree-item-loading/.test((await twistieOf(row).getAttribute('class', { timeout: 1000 })) ?? '')
    )
      return false;
    return this.hasChildren(row);
  }

  /** Whether the next row is one level deeper. Scrolls if the row is the last visible one. */
  private async hasChildren(row: Locator): Promise<boolean> {
    const [index, level] = await placeOf(row);
    const next = this.view()
      .locator(`[role="treeitem"][data-index="${index + 1}"]`)
      .first();
    if ((await next.count()) > 0)
      return Number(await next.getAttribute('aria-level', { timeout: 1000 })) > level;
    await row.hover({ timeout: 1000 });
    await this.page.mouse.wheel(0, 44);
    return false;
  }

  private named(rows: Locator, label: string): Locator {
    return rows.filter({ has: this.page.locator('.label-name', { hasText: whole(label) }) });
  }

  private view(name?: string): Locator {
    const label = name ? `[aria-label="${quoted(name)}"]` : '';
    return this.page.locator(`.part.sidebar [role="tree"]${label}`);
  }
}

function twistieOf(row: Locator): Locator {
  return row.locator('.monaco-tl-twistie');
}

async function isExpanded(row: Locator): Promise<boolean> {
  return (await row.getAttribute('aria-expanded', { timeout: 1000 })) === 'true';
}

/** The index of a row in the whole tree, and its level. */
async function placeOf(row: Locator): Promise<[index: number, level: number]> {
  const [index, level] = await Promise.all(
    ['data-index', 'aria-level'].map((name) => row.getAttribute(name, { timeout: 1000 })),
  );
  return [Number(index), Number(level)];
}
