import assert from 'node:assert/strict';
import fs from 'node:fs';
import { packageExtension } from '../support/host/vsix';
import { until } from '../support/until';
import { useWindow } from '../support/ui/window';

describe("the extension's page in VS Code", () => {
  const window = useWindow();

  it('shows the icon and a README without broken pictures or npm scripts', async () => {
    const { ui } = window;
    await ui.openView('Extensions');
    const entry = ui.page.locator('.extensions-list .monaco-list-row', { hasText: 'Keyless for Azure' });
    await entry.click();
    const editor = ui.page.locator('.extension-editor');
    await editor.locator('.name', { hasText: 'Keyless for Azure' }).waitFor();
    const icon = editor.locator('img.icon');
    const size = () =>
      icon.evaluate((image: { complete: boolean; naturalWidth: number; naturalHeight: number }) =>
        image.complete ? [image.naturalWidth, image.naturalHeight] : [],
      );
    await until(async () => (await size()).length > 0, { what: 'the icon' });
    assert.deepEqual(await size(), [256, 256]);
    assert.match((await icon.getAttribute('src')) ?? '', /icon\.png/);

    const readme = ui.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
    const heading = readme.locator('h1').first();
    await heading.waitFor();
    assert.equal(await heading.textContent(), 'Keyless for Azure');
    assert.equal(await readme.locator('img').count(), 0);
    assert.doesNotMatch(await readme.locator('body').innerText(), /npm (start|test)/);
    await ui.screenshot('extension-page');
  });
});

describe('the packaged extension', () => {
  it('is small and contains the notice and only the pictures that it shows', async () => {
    const vsix = fs.readFileSync(process.env.KEYLESS_VSIX ?? (await packageExtension()));
    assert.ok(vsix.length <= 1_500_000, `${vsix.length} bytes`);
    for (const name of ['NOTICE.txt', 'media/icon.png', 'media/walkthrough-plan-hc.webp'])
      assert.ok(vsix.includes(`extension/${name}`), name); // a zip names its files in plain text
    for (const name of ['media/access-map-dark.png', 'media/icon.svg', 'l10n/'])
      assert.ok(!vsix.includes(`extension/${name}`), name);
  });
});
