import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { BuildMeta } from '../support/buildMeta';
import { packageExtension } from '../support/host/vsix';
import { out } from '../support/paths';
import { temporaryFolder } from '../support/processes';
import type { Benchmark, Metrics } from './report';

/** The size of the package as downloaded, and of each of its parts as unpacked. */
export const size: Benchmark = {
  name: 'size',
  about: 'bytes in the .vsix (at most 1,500,000, including at most 450,000 for pictures); parts as unpacked',
  async run() {
    const vsix = await packageExtension();
    const unpacked = temporaryFolder('vsix');
    try {
      execFileSync('python3', ['-m', 'zipfile', '-e', vsix, unpacked.path]);
      const folder = path.join(unpacked.path, 'extension');
      const activation = new BuildMeta(path.join(out, 'package/dist')).loadedWith('extension.js');
      return {
        vsixBytes: fs.statSync(vsix).size,
        activationFiles: activation.size,
        ...parts(folder, activation),
      };
    } finally {
      unpacked.remove();
    }
  },
};

/** Bytes of each part. They add up to `unpackedBytes`. @param activation the files of dist/ that activation loads */
function parts(folder: string, activation: ReadonlySet<string>): Metrics {
  const metrics: Metrics = {
    ...{ activationBytes: 0, lazyPartsBytes: 0, pagesBytes: 0, sandboxBytes: 0 },
    ...{ picturesBytes: 0, restBytes: 0, unpackedBytes: 0 },
  };
  for (const file of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const stat = fs.statSync(path.join(folder, file));
    if (!stat.isFile()) continue;
    for (const name of [partOf(file, activation), 'unpackedBytes'])
      metrics[name] = (metrics[name] ?? 0) + stat.size;
  }
  return metrics;
}

function partOf(file: string, activation: ReadonlySet<string>): string {
  const built = file.startsWith('dist/') ? file.slice('dist/'.length) : undefined;
  if (built === undefined) return /\.(?:png|svg|webp)$/.test(file) ? 'picturesBytes' : 'restBytes';
  if (activation.has(built)) return 'activationBytes';
  if (built.startsWith('parts/')) return 'lazyPartsBytes';
  return built.includes('/') ? 'pagesBytes' : 'sandboxBytes';
}
