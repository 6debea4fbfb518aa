import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { until } from '../until';
import { repeat } from './repeat';

/** The workbench for who has no mouse: keys, and what a screen reader would say of the place where the keyboard is. */
export class Keyboard {
  constructor(private readonly page: Page) {}

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** Waits until the keyboard is at what is named so. */
  async at(name: RegExp, timeout = 15_000): Promise<void> {
    const isThere = async () => {
      const { name: here } = await this.look();
      assert.match(here, name);
      return true;
    };
    await until(isThere, { what: 'the keyboard to be there', timeout });
  }

  /** Chooses from the context menu of where the keyboard is. */
  async menu(item: RegExp): Promise<void> {
    const menu = this.page.locator('.monaco-menu').first();
    await repeat({
      what: 'a context menu',
      action: () => this.press('Shift+F10'),
      effect: () => menu.isVisible(),
    });
    await this.press('ArrowDown'); // at first none of its items has the keyboard
    await this.to(item, 'ArrowDown');
    await this.press('Enter');
    await menu.waitFor({ state: 'detached' });
  }

  /** Presses a key until the keyboard is at what is named so; it has to move each time. */
  async to(name: RegExp, key: string): Promise<void> {
    const passed: string[] = [];
    for (;;) {
      const { id, name: here } = await this.look();
      if (name.test(here)) return;
      passed.push(here);
      assert.ok(passed.length < 80, `${key} leads to ${name.source}: ${passed.join(' | ')}`);
      await repeat({
        what: `${key} to lead on to ${name.source}: ${passed.join(' | ')}`,
        action: () => this.press(key),
        effect: async () => (await this.look()).id !== id,
        timeout: 10_000,
      });
    }
  }

  /** Goes from part to part of the workbench until it is in this one. */
  async toPart(part: 'activitybar' | 'sidebar' | 'statusbar' | 'editor'): Promise<void> {
    for (let presses = 0; presses < 12; presses += 1) {
      const { id, part: here } = await this.look();
      if (here === part) return;
      await repeat({
        what: 'F6 to lead on',
        action: () => this.press('F6'),
        effect: async () => (await this.look()).id !== id,
        timeout: 10_000,
      });
    }
    assert.fail(`F6 does not lead to the ${part}`);
  }

  private async look(): Promise<{ id: string; name: string; part: string }> {
    return this.page.evaluate(lookAtFocus);
  }
}

/** Menus are in a shadow tree; lists have the keyboard themselves, and name the row that it is at. */
const lookAtFocus = `(() => {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  const active = focused?.getAttribute('aria-activedescendant');
  const at = (active && focused.getRootNode().getElementById(active)) || focused;
  const named = at?.matches('li, a') ? at.querySelector('[aria-label]:not([aria-label=""])') : at;
  const name = (at?.ariaLabel || named?.ariaLabel || at?.textContent || '').trim();
  const part = focused?.closest('.part')?.id.replace('workbench.parts.', '') ?? '';
  const { x, y } = at?.getBoundingClientRect() ?? {};
  return { id: [part, active, name, x, y].join(), name, part };
})()`;
