// npm run package: writes the production build to keyless-<version>.vsix in the checkout.
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../paths';
import { endWithSignalsAndParent } from '../processes';
import { packageExtension } from '../host/vsix';
import { runTask } from '../runTask';

async function main(): Promise<void> {
  endWithSignalsAndParent();
  const vsix = await packageExtension({ folder: root });
  const { repository } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
  if (!repository)
    console.log(
      'package.json has no repository: README is packaged without pictures and relative links (see Publishing in CONTRIBUTING.md).',
    );
  console.log(vsix);
}

interface Manifest {
  repository?: unknown;
}

void runTask(main);
