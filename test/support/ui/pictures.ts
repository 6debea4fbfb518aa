import fs from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { until } from '../until';
import { makeSmall, makeWebP } from './smallPicture';

/** Takes a picture of the window or a part of it. @returns the file */
export async function photograph(page: Page, file: string, part?: Locator): Promise<string> {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  await endTooltip(page);
  await (part ?? page).screenshot({ path: file, animations: 'disabled', caret: 'hide' });
  return file;
}

/**
 * Takes a picture for the README or the walkthrough if `npm run screenshots` is running, or else next to other pictures.
 * @returns the file
 */
export async function photographForReadme(
  page: Page,
  evidence: string,
  name: string,
  part?: Locator,
): Promise<string> {
  const { KEYLESS_PICTURES, KEYLESS_THEME = 'dark' } = process.env;
  const file = path.join(KEYLESS_PICTURES ?? evidence, `${name}-${KEYLESS_THEME}.png`);
  await photograph(page, file, part);
  if (!KEYLESS_PICTURES) return file;
  makeSmall(file);
  // Those of the walkthrough are packaged.
  if (name.startsWith('walkthrough-')) await makeWebP(file);
  return file;
}

/**
 * Hides the tooltip of what the mouse was over. A late tooltip disappears with the next move, but that of a status bar
 * item that has changed in the meantime stays until a key is pressed.
 */
async function endTooltip(page: Page): Promise<void> {
  let x = 0;
  const hover = page.locator('.workbench-hover-container').filter({ visible: true });
  const wantsKeys = page.locator('.quick-input-widget, .monaco-dialog-box').filter({ visible: true });
  await until(
    async () => {
      x = (x + 3) % 9;
      await page.mouse.move(x, 0);
      if ((await hover.count()) === 0) return true;
      if (x === 0 && (await wantsKeys.count()) === 0) await page.keyboard.press('Escape');
      return false;
    },
    { what: 'the end of a tooltip', every: 250 },
  );
}
