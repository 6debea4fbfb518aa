import path from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { until } from '../until';
import { photograph, photographForReadme } from './pictures';
import { QuickInputs } from './quickInputs';
import { repeat } from './repeat';
import { quoted, whole } from './selectors';
import { Toast } from './toast';
import { UiTree } from './uiTree';

/**
 * The workbench as users see it. Every step waits for its condition instead of sleeping.
 * The selectors work with VS Code 1.105 to 1.139.
 */
export class Ui extends QuickInputs {
  readonly tree: UiTree;

  /** @param evidence the folder for screenshots */
  constructor(
    page: Page,
    private readonly evidence: string,
    private readonly options: { keysOnly?: boolean } = {},
  ) {
    super(page);
    this.tree = new UiTree(page);
  }

  /** Reloads the window with VS Code's own command, so that state and secrets are saved first. */
  async reloadWindow(): Promise<void> {
    const gone = this.page.waitForEvent('framenavigated', (frame) => frame === this.page.mainFrame());
    await this.command('Developer: Reload Window');
    await gone;
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  }

  /** @param theme the name in VS Code's list of themes */
  async useTheme(theme: string): Promise<void> {
    await this.command('Preferences: Color Theme');
    await until(async () => (await this.quickItems()).includes('Dark Modern'), { what: 'the themes' });
    await this.quickInput.locator('.quick-input-box input').fill(theme); // the list is longer than the page
    await this.pick(theme);
  }

  /** Shows a view container by its title in the activity bar. */
  async openView(title: string): Promise<void> {
    const label = quoted(title);
    const tab = this.page.locator(
      `.part.activitybar li.action-item:has(a.action-label:is([aria-label="${label}"], [aria-label^="${label} "]))`,
    );
    await tab.waitFor({ timeout: 60_000 }); // it appears after the extensions are scanned
    const heading = this.page.locator('.part.sidebar .composite.title h2', { hasText: title });
    await repeat({
      what: `the view ${title}`,
      action: async () => {
        // Clicking an open view hides the side bar, and a reloaded window may open it in the meantime.
        if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click({ timeout: 5000 });
      },
      effect: () => heading.isVisible(),
    });
  }

  /** The buttons and links of an empty view. */
  welcome(button?: string): Locator {
    const view = this.page.locator('.part.sidebar .welcome-view-content');
    return button
      ? view.getByRole('button', { name: button }).or(view.getByRole('link', { name: button }))
      : view;
  }

  // --- context menus

  /** Opens the context menu of a row, and a submenu of it, and returns the labels of their items. */
  async contextMenu(target: Locator, submenu?: string): Promise<string[]> {
    const menu = this.page.locator('.monaco-menu').last();
    await repeat({
      what: 'a context menu',
      action: () => target.click({ button: 'right', timeout: 10_000 }),
      effect: async () => (await menu.isVisible()) && this.isMenuOf(target),
    });
    if (submenu) await this.focusMenuItem(submenu, 'ArrowRight');
    const items = await this.page.locator('.monaco-menu .action-label[aria-label]').all();
    const labels = await Promise.all(items.map((item) => item.getAttribute('aria-label')));
    return labels.filter((label): label is string => Boolean(label));
  }

  /** Selects an item in a row's context menu. `from` is the submenu that contains it. */
  async pickMenu(target: Locator, item: string, from?: string): Promise<void> {
    const menu = this.page.locator('.monaco-menu').first();
    const choose = async () => {
      await this.contextMenu(target, from);
      await this.focusMenuItem(item, 'Enter');
      return true;
    };
    const orClose = async (error: unknown) => {
      await this.closeMenu(); // otherwise, it would block the next click
      throw error;
    };
    await until(() => choose().catch(orClose), { what: `"${item}" in the context menu`, timeout: 30_000 });
    await menu.waitFor({ state: 'detached' });
  }

  /** Closes a context menu along with its submenus, which take a key each. */
  async closeMenu(): Promise<void> {
    await repeat({
      what: 'the end of the context menu',
      action: () => this.escape(),
      effect: async () => (await this.page.locator('.monaco-menu').count()) === 0,
    });
  }

  /** Whether the menu belongs to this row. If rows have moved under the mouse, a tree has focused another row. */
  private async isMenuOf(target: Locator): Promise<boolean> {
    const role = await target.getAttribute('role', { timeout: 1000 });
    if (role !== 'treeitem') return true;
    if (/\bfocused\b/.test((await target.getAttribute('class', { timeout: 1000 })) ?? '')) return true;
    await this.escape();
    return false;
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
    const button = this.dialog.locator('.dialog-buttons .monaco-button').filter({ hasText: whole(label) });
    await button.waitFor();
    const messageNow = async () =>
      (await this.dialog.locator('.dialog-message-text').allTextContents()).join('');
    const message = await messageNow();
    await repeat({
      what: `the end of the dialog by "${label}"`,
      action: () => button.click({ timeout: 5000 }),
      effect: async () => !(await button.isVisible()) || (await messageNow()) !== message,
    });
  }

  /** A notification that contains this text. */
  toast(text: string | RegExp): Toast {
    return new Toast(this.page, text, this.options);
  }

  async toastMessage(text: string | RegExp): Promise<string> {
    return this.toast(text).message();
  }

  /** Presses a button of a notification, which closes it. */
  async toastClick(text: string | RegExp, label: string): Promise<void> {
    const toast = this.toast(text);
    await toast.waitFor();
    const button = toast.button(label);
    await button.waitFor();
    await repeat({
      what: `the end of the notification by "${label}"`,
      action: () => button.click({ timeout: 5000 }),
      effect: async () => !(await button.isVisible()),
    });
  }

  /** Closes all notifications, so that an old one isn't mistaken for a new one. */
  async clearNotifications(): Promise<void> {
    const any = this.page
      .locator('.notification-toast, .notifications-center.visible')
      .filter({ visible: true });
    if ((await any.count()) > 0) await this.command('Notifications: Clear All Notifications');
  }

  // --- status bar, output, clipboard, pictures

  /** A status bar item that contains this text. */
  status(text: string | RegExp): Locator {
    return this.page.locator('.part.statusbar .statusbar-item').filter({ hasText: text }).first();
  }

  /** Clicks a status bar item and picks items in the quick picks that follow. */
  async statusPick(text: string | RegExp, ...labels: [string, ...string[]]): Promise<void> {
    await repeat({
      what: `"${labels[0]}" at the press of the status bar`,
      action: () => this.status(text).click({ timeout: 5000 }),
      effect: () => this.quickRow(labels[0]).isVisible(),
    });
    for (const label of labels) await this.pick(label);
  }

  /** The visible lines of an output channel from top to bottom. logChannel() has all of them. */
  async output(channel: string): Promise<string> {
    const view = this.page.locator(
      `.part.panel .pane-body.output-view[aria-label="${quoted(channel)} - Output"] .view-lines`,
    );
    await view.waitFor();
    return visibleLines(view);
  }

  /** The visible text of the editor with this tab name, from top to bottom. */
  async editor(tab: string): Promise<string> {
    await this.page.locator('.tabs-container .tab.active', { hasText: tab }).waitFor();
    const lines = this.page.locator('.editor-instance .view-lines').first();
    await lines.locator('.view-line').first().waitFor();
    return visibleLines(lines);
  }

  /** The page in the visible webview. Hidden ones keep theirs. */
  get webview(): FrameLocator {
    return this.page
      .locator('iframe.webview.ready')
      .filter({ visible: true })
      .contentFrame()
      .frameLocator('iframe#active-frame');
  }

  /** The text of the report with this tab name. */
  async report(tab: string): Promise<string> {
    await this.page.locator('.tabs-container .tab.active', { hasText: tab }).waitFor();
    await this.webview.locator('h1').waitFor({ timeout: 30_000 });
    return this.webview.locator('main').innerText();
  }

  /** Presses a button of the visible report that is gone once it's done. A report ignores clicks while it's busy. */
  async reportClick(label: string): Promise<void> {
    const button = this.webview.getByRole('button', { name: label });
    await button.waitFor();
    await repeat({
      what: `the end of "${label}" in the report`,
      action: () => button.click({ timeout: 5000 }),
      effect: async () => !(await button.isVisible()),
      patience: 5000,
      timeout: 60_000,
    });
  }

  async clipboard(): Promise<string> {
    return this.page.evaluate('navigator.clipboard.readText()');
  }

  /** Saves a picture of the window or a part of it as out/e2e/<name>.png. @returns the file */
  async screenshot(name: string, part?: Locator): Promise<string> {
    return photograph(this.page, path.join(this.evidence, `${name}.png`), part);
  }

  /**
   * Takes a picture for the README or the walkthrough: <name>-light.png, <name>-dark.png, and <name>-hc.png (high contrast)
   * in media/ during `npm run screenshots`, which runs the walks with @pictures in their title, or else in out/e2e/. Pictures
   * in media/ are made small because those of the walkthrough are shipped.
   */
  async picture(name: string, part?: Locator): Promise<string> {
    return photographForReadme(this.page, this.evidence, name, part);
  }

  /** Doesn't click, because VS Code ignores the mouse during the first tenth of a second after a menu opens. */
  private async focusMenuItem(item: string, key: string): Promise<void> {
    const label = this.page.locator(`.action-label[aria-label="${quoted(item)}"]`);
    await this.page
      .locator('.monaco-menu a.action-menu-item')
      .filter({ has: label })
      .last()
      .hover({ timeout: 5000 });
    await this.page
      .locator('.monaco-menu li.action-item.focused')
      .filter({ has: label })
      .last() // An open submenu is part of its focused item.
      .waitFor({ timeout: 5000 });
    await this.page.keyboard.press(key);
  }
}

/** The text of visible lines, which can be in any order in the page. */
async function visibleLines(view: Locator): Promise<string> {
  type Line = { style: { top: string }; textContent: string };
  return view.locator('.view-line').evaluateAll((lines: Line[]) =>
    lines
      .sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top))
      .map((line) => line.textContent.replace(/\u00a0/g, ' '))
      .join('\n'),
  );
}
