import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { until } from './until';
import type { TestWindow } from './ui/window';

/**
 * Signs in to the sandbox like a user, with the welcome view's button, the dialog and the page in the browser.
 * @param photograph takes pictures along the way
 * @param subscription a subscription in the sandbox
 * @param said translates a text to the window's language
 */
export async function signInToSandbox(
  { ui }: Pick<TestWindow, 'ui'>,
  photograph: (name: string, page?: Page) => Promise<unknown> = () => Promise.resolve(),
  subscription = 'Keyless Sandbox',
  said: Said = inEnglish,
): Promise<void> {
  await ui.openView('Keyless');
  await ui.welcome(said('Start Sandbox')).click();
  await signIn({ ui }, photograph, said);
  await ui.tree.row(subscription).waitFor({ timeout: 30_000 });
}

/** Completes the sign-in after Start Sandbox was selected anywhere. */
export async function signIn(
  { ui }: Pick<TestWindow, 'ui'>,
  photograph: (name: string, page?: Page) => Promise<unknown> = () => Promise.resolve(),
  said: Said = inEnglish,
): Promise<void> {
  await ui.dialog.waitFor({ timeout: 60_000 });
  const { message, detail } = await ui.dialogText();
  assert.equal(message, said('Sign in to the sandbox in your browser.'));
  const password = /\S+$/.exec(detail)?.[0];
  assert.ok(password, 'the dialog shows the password');
  await photograph('sandbox-prompt');
  const page = await openSignInPage({ ui }, said);
  await photograph('sandbox-sign-in-page', page);
  assert.equal(await ui.clipboard(), password);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('You have signed in').waitFor();
  await page.close();
}

type Said = (text: string) => string;

const inEnglish: Said = (text) => text;

/** Opens the sign-in page. VS Code asks before it opens another site. */
async function openSignInPage({ ui }: Pick<TestWindow, 'ui'>, said: Said): Promise<Page> {
  const opening = ui.page.context().waitForEvent('page');
  await ui.dialogClick(said('Copy Password and Open Sign-In Page'));
  const asked = until(() => ui.dialog.isVisible(), { what: 'the question whether to open the page' });
  await Promise.race([opening, asked.then(() => ui.dialogClick('Open'))]);
  const page = await opening;
  await page.waitForLoadState();
  return page;
}
