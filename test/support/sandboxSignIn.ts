import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { until } from './until';
import type { TestWindow } from './ui/window';

type Ui = Pick<TestWindow, 'ui'>;

/**
 * Starts the sandbox with the welcome view's button, which also signs in.
 * @param subscription a subscription in the sandbox
 * @param said translates a text to the window's language
 */
export async function signInToSandbox(
  { ui }: Ui,
  subscription = 'Keyless Sandbox',
  said = (text: string) => text,
): Promise<void> {
  await ui.openView('Keyless');
  await ui.welcome(said('Start Sandbox')).click();
  await ui.tree.row(subscription).waitFor({ timeout: 60_000 });
}

/**
 * Signs in to the sandbox on its page in the browser, with the password that the dialog shows.
 * @param look examines the page before it's filled in
 */
export async function signInOnPage({ ui }: Ui, look: (page: Page) => Promise<void>): Promise<void> {
  await ui.openView('Keyless');
  await ui.command('Keyless: Sign In…');
  await ui.pick('Sandbox, on Its Sign-In Page');
  await ui.dialog.waitFor({ timeout: 60_000 });
  const { message, detail } = await ui.dialogText();
  assert.equal(message, 'Sign in to the sandbox in your browser.');
  const password = /\S+$/.exec(detail)?.[0];
  assert.ok(password, 'the dialog shows the password');
  const page = await openSignInPage({ ui });
  await look(page);
  assert.equal(await ui.clipboard(), password);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('You have signed in').waitFor();
  await page.close();
  await ui.tree.row('Keyless Sandbox').waitFor({ timeout: 30_000 });
}

/** Opens the sign-in page. VS Code asks before it opens another site. */
async function openSignInPage({ ui }: Ui): Promise<Page> {
  const opening = ui.page.context().waitForEvent('page');
  await ui.dialogClick('Copy Password and Open Sign-In Page');
  const asked = until(() => ui.dialog.isVisible(), { what: 'the question whether to open the page' });
  await Promise.race([opening, asked.then(() => ui.dialogClick('Open'))]);
  const page = await opening;
  await page.waitForLoadState();
  return page;
}
