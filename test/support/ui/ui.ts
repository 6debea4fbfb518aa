import fs from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { quoted, whole } from './selectors';
import { makeSmall } from './smallPicture';
import { until } from '../until';
import { UiTree } from './uiTree';

/**
 * The workbench as a person sees it. Every step waits for its condition; nothing sleeps.
 * Selectors hold for VS Code 1.105 to 1.139.
 */
export class Ui {
  readonly tree: UiTree;

  /** @param evidence folder of screenshots */
  constructor(
    readonly page: Page,
    private readonly evidence: string,
  ) {
    this.tree = new UiTree(page);
  }

  // --- commands

  /** Runs a command from the palette by its full title, "Category: Title". */
  async command(title: string): Promise<void> {
    const open = async () => {
      await this.page.keyboard.press('F1'); // reaches the workbench from anywhere but a modal dialog
      return this.quickInput.locator('input').first().isVisible();
    };
    await until(open, { every: 250, what: 'the command palette' });
    await this.quickInput.locator('.quick-input-box input').fill(`>${title}`);
    const name = quoted(title);
    const row = this.quickInput
      .locator(`.quick-input-list .monaco-list-row:is([aria-label="${name}"], [aria-label^="${name},"])`)
      .first();
    await row.click();
  }

  /** Reloads the window by VS Code's own way, so that state and secrets are written before. */
  async reloadWindow(): Promise<void> {
    const gone = this.page.waitForEvent('framenavigated', (frame) => frame === this.page.mainFrame());
    await this.command('Developer: Reload Window');
    await gone;
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  }

  /** @param theme by the name that VS Code's list of themes has */
  async useTheme(theme: string): Promise<void> {
    await this.command('Preferences: Color Theme');
    await until(async () => (await this.quickItems()).includes('Dark Modern'), { what: 'the themes' });
    await this.quickInput.locator('.quick-input-box input').fill(theme); // the list is longer than what is in the page
    await this.pick(theme);
  }

  /** Shows a view container by its title in the activity bar. */
  async openView(title: string): Promise<void> {
    const label = quoted(title);
    const tab = this.page.locator(
      `.part.activitybar li.action-item:has(a.action-label:is([aria-label="${label}"], [aria-label^="${label} "]))`,
    );
    await tab.waitFor({ timeout: 60_000 }); // it is there once the extensions have been scanned
    const heading = this.page.locator('.part.sidebar .composite.title h2', { hasText: title });
    const isShown = async () => {
      if (await heading.isVisible()) return true;
      // A click on an open one hides the side bar: so it is where a window that was reloaded opens it meanwhile.
      if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
      return false;
    };
    await until(isShown, { what: `the view ${title}`, every: 250, timeout: 30_000 });
  }

  /** The buttons and links of a view that has nothing to show. */
  welcome(button?: string): Locator {
    const view = this.page.locator('.part.sidebar .welcome-view-content');
    return button
      ? view.getByRole('button', { name: button }).or(view.getByRole('link', { name: button }))
      : view;
  }

  /** A button in the title of the side bar or of one of its views. */
  async titleAction(label: string): Promise<void> {
    await this.page.locator('.part.sidebar .pane-header').first().hover();
    await this.page
      .locator(`.part.sidebar :is(.title, .pane-header) a.action-label[aria-label^="${quoted(label)}"]`)
      .first()
      .click();
  }

  // --- quick pick and input box

  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget').filter({ visible: true });
  }

  async quickTitle(): Promise<string> {
    return (await this.quickInput.locator('.quick-input-title').textContent()) ?? '';
  }

  /** Labels of the visible rows of a quick pick, once it has any. */
  async quickItems(): Promise<string[]> {
    const rows = this.quickRows();
    await rows.first().waitFor();
    return rows.locator('.quick-input-list-label .label-name').allTextContents();
  }

  /** Chooses a row of a quick pick by its label. */
  async pick(label: string): Promise<void> {
    await this.quickRow(label).click();
    await until(async () => !(await this.quickRow(label).isVisible()), { what: `the pick of "${label}"` });
  }

  /** Ticks rows of a quick pick for several, and confirms. */
  async pickMany(labels: string[]): Promise<void> {
    for (const label of labels) await this.quickRow(label).locator('.quick-input-list-checkbox').click();
    await this.confirmQuick();
  }

  /** Presses a quick input's OK. */
  async confirmQuick(): Promise<void> {
    await this.quickInput.locator('.quick-input-action .monaco-button', { hasText: 'OK' }).click();
  }

  /** Fills the input box whose prompt, title or placeholder holds `prompt`; Enter unless told. */
  async input(
    text: string,
    { prompt, accept = true }: { prompt?: string; accept?: boolean } = {},
  ): Promise<void> {
    const box = this.quickInput.locator('.quick-input-box input');
    await box.waitFor();
    if (prompt)
      await until(async () => (await this.quickWords()).includes(prompt), {
        what: `the input box "${prompt}"`,
      });
    await box.fill(text);
    if (accept) await box.press('Enter');
  }

  /** The prompt, or what the validation says. */
  async quickMessage(): Promise<string> {
    return (await this.quickInput.locator('.quick-input-message').textContent()) ?? '';
  }

  async escape(): Promise<void> {
    await this.page.keyboard.press('Escape');
  }

  // --- context menus

  /** Opens the context menu of a row and gives its items' labels. */
  async contextMenu(target: Locator): Promise<string[]> {
    await target.click({ button: 'right' });
    await this.page.locator('.monaco-menu').last().waitFor();
    const items = await this.page.locator('.monaco-menu .action-label[aria-label]').all();
    const labels = await Promise.all(items.map((item) => item.getAttribute('aria-label')));
    return labels.filter((label): label is string => Boolean(label));
  }

  /** Chooses an item of a row's context menu; `from` is a menu that the item is in. */
  async pickMenu(target: Locator, item: string, from?: string): Promise<void> {
    await this.contextMenu(target);
    if (from) await this.focusMenuItem(from, 'ArrowRight');
    await this.focusMenuItem(item, 'Enter');
    await this.page.locator('.monaco-menu').first().waitFor({ state: 'detached' });
  }

  // --- dialogs and notifications

  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  async dialogText(): Promise<{ message: string; detail: string; buttons: string[] }> {
    await this.dialog.waitFor();
    const text = async (part: string) => (await this.dialog.locator(part).allTextContents()).join('');
    const buttons = await this.dialog.locator('.dialog-buttons .monaco-button').allTextContents();
    return {
      message: await text('.dialog-message-text'),
      detail: await text('.dialog-message-detail'),
      buttons,
    };
  }

  async dialogClick(label: string): Promise<void> {
    await this.dialog
      .locator('.dialog-buttons .monaco-button')
      .filter({ hasText: whole(label) })
      .click();
    await this.dialog.waitFor({ state: 'detached' });
  }

  /** A notification that holds this text. */
  toast(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-toast').filter({ hasText: text }).first();
  }

  async toastMessage(text: string | RegExp): Promise<string> {
    return (await this.toast(text).locator('.notification-list-item-message').textContent()) ?? '';
  }

  async toastClick(text: string | RegExp, button: string): Promise<void> {
    const row = this.toast(text).locator('.notification-list-item-buttons-container .monaco-button', {
      hasText: button,
    });
    await row.click();
  }

  // --- status bar, output, clipboard, pictures

  /** An item of the status bar that holds this text. */
  status(text: string | RegExp): Locator {
    return this.page.locator('.part.statusbar .statusbar-item').filter({ hasText: text }).first();
  }

  /** The lines of an output channel that are in sight, top first; logChannel() has them all. */
  async output(channel: string): Promise<string> {
    const view = this.page.locator(
      `.part.panel .pane-body.output-view[aria-label="${quoted(channel)} - Output"] .view-lines`,
    );
    await view.waitFor();
    return visibleLines(view);
  }

  /** The visible text of the editor whose tab is named so, top first. */
  async editor(tab: string): Promise<string> {
    await this.page.locator('.tabs-container .tab.active', { hasText: tab }).waitFor();
    const lines = this.page.locator('.editor-instance .view-lines').first();
    await lines.locator('.view-line').first().waitFor();
    return visibleLines(lines);
  }

  async clipboard(): Promise<string> {
    return this.page.evaluate('navigator.clipboard.readText()');
  }

  /** The window, or a part of it, as out/e2e/<name>.png. @returns the file */
  async screenshot(name: string, part?: Locator): Promise<string> {
    return this.photograph(path.join(this.evidence, `${name}.png`), part);
  }

  /**
   * A picture for README: <name>-light.png and <name>-dark.png in media/ when `npm run screenshots` takes them, which
   * runs walks with @pictures in their title; else in out/e2e/. Those in media/ are made small, since the dark ones are shipped.
   */
  async picture(name: string, part?: Locator): Promise<string> {
    const folder = process.env.KEYLESS_PICTURES ?? this.evidence;
    const file = await this.photograph(
      path.join(folder, `${name}-${process.env.KEYLESS_THEME ?? 'dark'}.png`),
      part,
    );
    if (process.env.KEYLESS_PICTURES) makeSmall(file);
    return file;
  }

  private async photograph(file: string, part?: Locator): Promise<string> {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    // No tooltip of what the mouse was over. One that comes late goes with the next move; that of a status bar item
    // which was changed below it stays until a key is pressed.
    let x = 0;
    const hover = this.page.locator('.workbench-hover-container').filter({ visible: true });
    await until(
      async () => {
        x = (x + 3) % 9;
        await this.page.mouse.move(x, 0);
        if ((await hover.count()) === 0) return true;
        if (x === 0 && !(await this.quickInput.isVisible()) && !(await this.dialog.isVisible()))
          await this.page.keyboard.press('Escape');
        return false;
      },
      { what: 'the end of a tooltip', every: 250 },
    );
    await (part ?? this.page).screenshot({ path: file, animations: 'disabled', caret: 'hide' });
    return file;
  }

  private quickRows(): Locator {
    return this.quickInput.locator('.quick-input-list .monaco-list-row');
  }

  private quickRow(label: string): Locator {
    const name = this.page.locator('.quick-input-list-label .label-name', { hasText: whole(label) });
    return this.quickRows().filter({ has: name }).first();
  }

  private async quickWords(): Promise<string> {
    const placeholder = await this.quickInput.locator('.quick-input-box input').getAttribute('placeholder');
    const title = await this.quickInput.locator('.quick-input-title').allTextContents();
    return [await this.quickMessage(), ...title, placeholder].join('\n');
  }

  /** Not by a click: VS Code ignores the mouse in the first tenth of a second of a menu's life. */
  private async focusMenuItem(item: string, key: string): Promise<void> {
    const label = this.page.locator(`.action-label[aria-label="${quoted(item)}"]`);
    await this.page.locator('.monaco-menu a.action-menu-item').filter({ has: label }).last().hover();
    await this.page.locator('.monaco-menu li.action-item.focused').filter({ has: label }).waitFor();
    await this.page.keyboard.press(key);
  }
}

/** Lines lie in the page in any order. */
async function visibleLines(view: Locator): Promise<string> {
  type Line = { style: { top: string }; textContent: string };
  return view.locator('.view-line').evaluateAll((lines: Line[]) =>
    lines
      .sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top))
      .map((line) => line.textContent.replace(/\u00a0/g, ' '))
      .join('\n'),
  );
}
