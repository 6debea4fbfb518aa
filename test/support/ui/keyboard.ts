import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { until } from '../until';
import { repeat } from './repeat';

/** Uses the workbench without a mouse: presses keys and reads what a screen reader would say about the focused element. */
export class Keyboard {
  constructor(private readonly page: Page) {}

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** Waits until an element with this name has the focus. */
  async at(name: RegExp, timeout = 15_000): Promise<void> {
    const isThere = async () => {
      const { name: here } = await this.look();
      assert.match(here, name);
      return true;
    };
    await until(isThere, { what: 'the keyboard to be there', timeout });
  }

  /** Selects an item from the context menu of the focused element. */
  async menu(item: RegExp): Promise<void> {
    const menu = this.page.locator('.monaco-menu').first();
    await repeat({
      what: 'a context menu',
      action: () => this.press('Shift+F10'),
      effect: () => menu.isVisible(),
    });
    await this.press('ArrowDown'); // at first, no item has the focus
    await this.to(item, 'ArrowDown');
    await this.press('Enter');
    await menu.waitFor({ state: 'detached' });
  }

  /** Presses a key until an element with this name has the focus. The focus has to move each time. */
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

  /** Moves from part to part of the workbench until this one has the focus. */
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
    assert.fail(`F6 doesn't lead to the ${part}`);
  }

  private async look(): Promise<{ id: string; name: string; part: string }> {
    return this.page.evaluate(lookAtFocus);
  }
}

/** Menus are in a shadow tree. Lists keep the focus themselves and name the active row. */
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
