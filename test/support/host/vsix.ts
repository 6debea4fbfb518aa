import fs from 'node:fs';
import path from 'node:path';
import { out, root } from '../paths';
import { run } from '../processes';
import { packagedReadme } from './packagedReadme';

/**
 * Builds and packages the product in a separate folder, so that the checkout's dist/ stays the development build.
 * @returns the .vsix
 */
export async function packageExtension({ production = true, folder = out } = {}): Promise<string> {
  const stage = path.join(out, production ? 'package' : 'package-development');
  fs.rmSync(stage, { recursive: true, force: true });
  fs.mkdirSync(stage, { recursive: true });
  const files = ['media', 'l10n', 'package.nls.json', 'CHANGELOG.md', 'LICENSE', '.vscodeignore'];
  for (const name of files) copy(name, stage);
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
  const { scripts: _, devDependencies: _tools, ...shipped } = manifest;
  const hasRepository = manifest.repository !== undefined;
  const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
  fs.writeFileSync(path.join(stage, 'README.md'), packagedReadme(readme, hasRepository));
  fs.writeFileSync(path.join(stage, 'package.json'), JSON.stringify(shipped, undefined, 2));
  const mode = production ? ['--production'] : [];
  await run(process.execPath, ['esbuild.mjs', ...mode, '--outdir', path.join(stage, 'dist')], { cwd: root });
  fs.renameSync(path.join(stage, 'dist/NOTICE.txt'), path.join(stage, 'NOTICE.txt'));
  const vsix = path.join(folder, `keyless-${manifest.version}${production ? '' : '-development'}.vsix`);
  const vsce = path.join(root, 'node_modules/@vscode/vsce/vsce');
  const links = hasRepository ? [] : ['--allow-missing-repository', '--no-rewrite-relative-links'];
  const options = ['--no-dependencies', ...links, '--out', vsix];
  await run(process.execPath, [vsce, 'package', ...options], { cwd: stage });
  return vsix;
}

interface Manifest {
  version: string;
  /** Set by the publisher; see CONTRIBUTING.md. */
  repository?: unknown;
  scripts?: unknown;
  devDependencies?: unknown;
}

function copy(name: string, folder: string): void {
  if (fs.existsSync(path.join(root, name)))
    fs.cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
}
