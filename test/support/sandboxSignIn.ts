import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { until } from './until';
import type { TestWindow } from './window';

/**
 * Signs in to the sandbox as a person does: the button of the welcome view, the dialog, the browser's page.
 * @param photograph takes pictures on the way
 * @param subscription one that the sandbox has
 */
export async function signInToSandbox(
  { ui }: Pick<TestWindow, 'ui'>,
  photograph: (name: string, page?: Page) => Promise<unknown> = () => Promise.resolve(),
  subscription = 'Keyless Sandbox',
): Promise<void> {
  await ui.openView('Keyless');
  await ui.welcome('Start Sandbox').click();
  await signIn({ ui }, photograph);
  await ui.tree.row(subscription).waitFor({ timeout: 30_000 });
}

/** What follows Start Sandbox, wherever it was pressed. */
export async function signIn(
  { ui }: Pick<TestWindow, 'ui'>,
  photograph: (name: string, page?: Page) => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  await ui.dialog.waitFor({ timeout: 60_000 });
  const { message, detail } = await ui.dialogText();
  assert.equal(message, 'Sign in to the sandbox in your browser.');
  const password = /Password: (\S+)/.exec(detail)?.[1];
  assert.ok(password, 'the dialog shows the password');
  await photograph('sandbox-prompt');
  const page = await openSignInPage({ ui });
  await photograph('sandbox-sign-in-page', page);
  assert.equal(await ui.clipboard(), password);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('You have signed in').waitFor();
  await page.close();
}

/** VS Code asks before it opens another site. */
async function openSignInPage({ ui }: Pick<TestWindow, 'ui'>): Promise<Page> {
  const opening = ui.page.context().waitForEvent('page');
  await ui.dialogClick('Copy Password and Open Sign-In Page');
  const asked = until(() => ui.dialog.isVisible(), { what: 'the question whether to open the page' });
  await Promise.race([opening, asked.then(() => ui.dialogClick('Open'))]);
  const page = await opening;
  await page.waitForLoadState();
  return page;
}
