import type { Locator, Page } from 'playwright-core';
import { until } from '../until';
import { repeat } from './repeat';
import { quoted, whole } from './selectors';

/** The Command Palette, quick picks and input boxes. */
export class QuickInputs {
  constructor(readonly page: Page) {}

  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget').filter({ visible: true });
  }

  /** Runs a command from the palette by its full title, "Category: Title". */
  async command(title: string): Promise<void> {
    const name = quoted(title);
    const row = this.quickRows()
      .and(this.page.locator(`[aria-label="${name}"], [aria-label^="${name},"]`))
      .first();
    let isClicked = false;
    await repeat({
      what: `the command ${title} of the command palette`,
      action: async () => {
        await this.page.keyboard.press('F1'); // reaches the workbench from anywhere but a modal dialog
        await this.box.fill(`>${title}`, { timeout: 2000 });
        // An editor that opens late, as after the command before, takes the focus and with that closes the palette.
        await row.click({ timeout: 2000 });
        isClicked = true;
      },
      effect: async () => isClicked && !(await row.isVisible()),
    });
  }

  async quickTitle(): Promise<string> {
    return (await this.quickInput.locator('.quick-input-title').textContent()) ?? '';
  }

  /** The labels of the visible rows of a quick pick, once it has any. */
  async quickItems(): Promise<string[]> {
    const rows = this.quickRows();
    await rows.first().waitFor();
    return rows.locator('.quick-input-list-label .label-name').allTextContents();
  }

  /** Picks a row of a quick pick by its label. */
  async pick(label: string): Promise<void> {
    const row = this.quickRow(label);
    await row.waitFor();
    await this.clickAway(row, `the pick of "${label}"`);
  }

  /** Presses *Back*, until the question before is shown. */
  async back(): Promise<void> {
    const before = await this.quickWords();
    await repeat({
      what: 'the question before',
      action: () => this.quickInput.getByRole('button', { name: 'Back' }).click({ timeout: 2000 }),
      effect: async () => (await this.quickWords()) !== before,
    });
  }

  /** Presses a quick input's OK button. */
  async confirmQuick(): Promise<void> {
    const button = this.quickInput.locator('.quick-input-action .monaco-button', { hasText: 'OK' });
    await button.waitFor();
    const before = await this.quickWords();
    await repeat({
      what: 'the OK to be accepted',
      action: () => button.click({ timeout: 2000 }),
      effect: async () => !(await this.quickInput.isVisible()) || (await this.quickWords()) !== before,
    });
  }

  /** Fills the input box whose prompt, title or placeholder contains `prompt`, and by default presses Enter. */
  async input(
    text: string,
    { prompt = '', accept = true }: { prompt?: string; accept?: boolean } = {},
  ): Promise<void> {
    const isHere = async () => (await this.box.isVisible()) && (await this.quickWords()).includes(prompt);
    await until(isHere, { what: `the input box "${prompt}"`, timeout: 30_000 });
    await repeat({
      what: `"${text}" in the input box`,
      action: () => this.box.fill(text, { timeout: 2000 }),
      effect: async () => (await this.box.inputValue({ timeout: 1000 })) === text,
    });
    if (!accept) return;
    // The text may be validated first, even by Azure. The next input has a different value.
    await repeat({
      what: `"${text}" to be accepted`,
      action: () => this.box.press('Enter', { timeout: 2000 }),
      effect: async () =>
        !(await this.box.isVisible()) || (await this.box.inputValue({ timeout: 1000 })) !== text,
      patience: 5000,
    });
  }

  /** The prompt or the validation message. */
  async quickMessage(): Promise<string> {
    return (await this.quickInput.locator('.quick-input-message').textContent()) ?? '';
  }

  async escape(): Promise<void> {
    await this.page.keyboard.press('Escape');
  }

  /** A row of a quick pick by its label. */
  quickRow(label: string): Locator {
    const name = this.page.locator('.quick-input-list-label .label-name', { hasText: whole(label) });
    return this.quickRows().filter({ has: name }).first();
  }

  private get box(): Locator {
    return this.quickInput.locator('.quick-input-box input');
  }

  private quickRows(): Locator {
    return this.quickInput.locator('.quick-input-list .monaco-list-row');
  }

  private async clickAway(row: Locator, what: string): Promise<void> {
    const before = await this.quickWords();
    await repeat({
      what,
      action: () => row.click({ timeout: 2000 }),
      // The next list can have the same row, such as a summary of what was picked.
      effect: async () => !(await row.isVisible()) || (await this.quickWords()) !== before,
    });
  }

  private async quickWords(): Promise<string> {
    const parts = this.quickInput.locator('.quick-input-title, .quick-input-message');
    const placeholder = await this.box.getAttribute('placeholder', { timeout: 1000 });
    return [...(await parts.allTextContents()), placeholder].join('\n');
  }
}
