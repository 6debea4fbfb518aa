import path from 'node:path';
import { ensureCodeServer } from '../support/host/codeServer';
import { run, temporaryFolder } from '../support/processes';
import { installExtension } from '../support/host/server';
import { packageExtension } from '../support/host/vsix';
import { runProbe } from './probe';
import { emptyExtension, type ActivationFigures } from './probes/activationFigures';
import { median, type Benchmark } from './report';

const WINDOWS = 15;

/** VS Code's own measurements for Keyless and for an extension that does nothing, installed side by side. */
export const activation: Benchmark = {
  name: 'activation',
  about: `milliseconds to load and activate, median of ${WINDOWS} windows (at most 15 above an empty extension)`,
  async run() {
    const host = await ensureCodeServer('latest');
    const extensions = temporaryFolder('extensions');
    try {
      await installExtension(host, await packageExtension(), extensions.path);
      await installExtension(host, await packEmptyExtension(extensions.path), extensions.path);
      const windows: ActivationFigures[] = [];
      for (let n = 0; n < WINDOWS; n++)
        windows.push(
          (await runProbe(host, {
            module: 'activation',
            extensions: extensions.path,
            limit: 60_000,
          })) as ActivationFigures,
        );
      const keylessMs = median(windows.map(({ keyless }) => keyless));
      const emptyMs = median(windows.map(({ empty }) => empty));
      return {
        keylessMs,
        emptyMs,
        aboveEmptyMs: median(windows.map(({ keyless, empty }) => keyless - empty)),
        ownBytesLoaded: Math.max(...windows.map(({ ownBytes }) => ownBytes)),
        ownFilesLoaded: Math.max(...windows.map(({ ownFiles }) => ownFiles)),
      };
    } finally {
      extensions.remove();
    }
  },
};

async function packEmptyExtension(work: string): Promise<string> {
  const folder = emptyExtension(path.join(work, '.empty'));
  const vsix = path.join(work, '.empty.vsix');
  const vsce = path.resolve('node_modules/@vscode/vsce/vsce');
  const options = ['--no-dependencies', '--allow-missing-repository', '--skip-license', '--out', vsix];
  await run(process.execPath, [vsce, 'package', ...options], { cwd: folder });
  return vsix;
}
