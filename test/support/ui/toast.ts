import type { Locator, Page } from 'playwright-core';
import { until } from '../until';
import { shows } from './repeat';

/**
 * A notification that contains a text. VS Code shows it for ten seconds, or not at all if it's the fourth within 0.8 s. If
 * it was missed, looks for it in the list of all notifications, like a user would.
 */
export class Toast {
  constructor(
    private readonly page: Page,
    private readonly text: string | RegExp,
    private readonly options: { keysOnly?: boolean } = {},
  ) {}

  async waitFor({
    state = 'visible',
    timeout = 30_000,
  }: { state?: 'visible' | 'hidden'; timeout?: number } = {}) {
    if (state === 'hidden') await this.row.waitFor({ state, timeout });
    else await until(() => this.isFound(), { what: `the notification "${String(this.text)}"`, timeout });
  }

  async isVisible(): Promise<boolean> {
    return this.row.isVisible();
  }

  async innerText(): Promise<string> {
    await this.waitFor();
    return this.row.innerText();
  }

  async message(): Promise<string> {
    await this.waitFor();
    return (await this.row.locator('.notification-list-item-message').textContent()) ?? '';
  }

  button(label: string): Locator {
    return this.row
      .locator('.notification-list-item-buttons-container .monaco-button')
      .filter({ hasText: label });
  }

  private get row(): Locator {
    return this.page
      .locator('.notifications-toasts .notification-toast, .notifications-center .monaco-list-row')
      .filter({ hasText: this.text, visible: true })
      .first();
  }

  private async isFound(): Promise<boolean> {
    const isVisible = () => this.isVisible();
    if (await shows(isVisible, 8000)) return true;
    if (this.options.keysOnly) return false;
    const bell = this.page.locator('.part.statusbar .statusbar-item[id="status.notifications"] a');
    await bell.click({ timeout: 2000 });
    if (await shows(isVisible, 1000)) return true;
    await bell.click({ timeout: 2000 }); // while the list is open, no toast is shown
    return false;
  }
}
