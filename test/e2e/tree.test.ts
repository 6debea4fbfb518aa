import assert from 'node:assert/strict';
import { signInToSandbox } from '../support/sandboxSignIn';
import { useWindow } from '../support/window';

describe('The tree, by mouse', () => {
  const window = useWindow();

  it('shows what the sandbox holds once one has signed in to it', async () => {
    const { ui } = window;
    await signInToSandbox(window, async (name, page) => {
      if (page) await page.screenshot({ path: `out/e2e/${name}.png` });
      else await ui.screenshot(name);
    });
    await ui.tree.expand('Keyless Sandbox', 'Function Apps', 'keyless-demo-app', 'Functions');
    await ui.screenshot('tree-app');
    assert.ok(await ui.tree.row('ReadSecret').isVisible());
  });
});
