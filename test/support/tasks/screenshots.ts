// npm run screenshots: retakes the README's pictures in media/ by running the walks that have @pictures in their title,
// and those of the walkthrough also in light and high contrast themes, and renders the extension's icon.
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../paths';
import { endWithSignalsAndParent, temporaryFolder } from '../processes';
import { judge } from '../results';
import { runNodeSuite } from '../suites';
import { packageExtension } from '../host/vsix';
import { compress } from '../ui/smallPicture';
import { launchChromium } from '../ui/workbench';
import { runTask } from '../runTask';

async function main(): Promise<void> {
  endWithSignalsAndParent();
  const KEYLESS_VSIX = await packageExtension();
  const KEYLESS_PICTURES = path.join(root, 'media');
  await renderIcon(KEYLESS_PICTURES);
  for (const [KEYLESS_THEME, TEST_GREP] of [
    ['dark', '@pictures'],
    ['light', 'the walkthrough'],
    ['hc', 'the walkthrough'],
  ]) {
    const env = { KEYLESS_VSIX, KEYLESS_PICTURES, KEYLESS_THEME, TEST_GREP };
    const verdict = judge(await runNodeSuite({ name: 'e2e', timeout: 120_000, limit: 600_000, env }));
    for (const problem of verdict.problems) console.error(problem);
    if (verdict.failed > 0) process.exitCode = 1;
  }
}

/** Renders the icon as PNG, because VS Code and the Marketplace don't accept SVG. */
async function renderIcon(media: string): Promise<void> {
  const folder = temporaryFolder('icon');
  const browser = await launchChromium(folder.path);
  try {
    const page = await browser.newPage({ viewport: { width: 256, height: 256 } });
    await page.setContent(fs.readFileSync(path.join(media, 'icon.svg'), 'utf8'));
    await page.addStyleTag({ content: 'body { margin: 0; background: transparent } svg { display: block }' });
    const file = path.join(media, 'icon.png');
    await page.screenshot({ path: file, omitBackground: true });
    await compress(file);
  } finally {
    await browser.close();
    folder.remove();
  }
}

void runTask(main);
