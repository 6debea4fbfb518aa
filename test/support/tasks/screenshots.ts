// npm run screenshots: retakes README's pictures, in media/, from the walks that have @pictures in their title.
import path from 'node:path';
import { root } from '../paths';
import { endWithSignalsAndParent } from '../processes';
import { judge } from '../results';
import { runNodeSuite } from '../suites';
import { packageExtension } from '../host/vsix';

async function main(): Promise<void> {
  endWithSignalsAndParent();
  const KEYLESS_VSIX = await packageExtension();
  const KEYLESS_PICTURES = path.join(root, 'media');
  for (const KEYLESS_THEME of ['light', 'dark']) {
    const env = { KEYLESS_VSIX, KEYLESS_PICTURES, KEYLESS_THEME, TEST_GREP: '@pictures' };
    const verdict = judge(await runNodeSuite({ name: 'e2e', timeout: 120_000, limit: 600_000, env }));
    for (const problem of verdict.problems) console.error(problem);
    if (verdict.failed > 0) process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
