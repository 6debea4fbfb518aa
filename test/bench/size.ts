import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../support/processes';
import { packageExtension } from '../support/host/vsix';
import type { Benchmark, Metrics } from './report';

/** The size of the package as downloaded, and of each of its parts as unpacked. */
export const size: Benchmark = {
  name: 'size',
  about: 'bytes in the .vsix (at most 1,500,000, including at most 300,000 for pictures); parts as unpacked',
  async run() {
    const vsix = await packageExtension();
    const unpacked = temporaryFolder('vsix');
    try {
      execFileSync('python3', ['-m', 'zipfile', '-e', vsix, unpacked.path]);
      return { vsixBytes: fs.statSync(vsix).size, ...parts(path.join(unpacked.path, 'extension')) };
    } finally {
      unpacked.remove();
    }
  },
};

function parts(folder: string): Metrics {
  const metrics: Metrics = {
    activationBytes: 0,
    lazyPartsBytes: 0,
    sandboxBytes: 0,
    picturesBytes: 0,
    restBytes: 0,
  };
  for (const file of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const stat = fs.statSync(path.join(folder, file));
    if (stat.isFile()) metrics[partOf(file)] = (metrics[partOf(file)] ?? 0) + stat.size;
  }
  return metrics;
}

function partOf(file: string): string {
  if (file === 'dist/extension.js') return 'activationBytes';
  if (file.startsWith('dist/parts/')) return 'lazyPartsBytes';
  if (file.startsWith('dist/')) return 'sandboxBytes';
  if (/\.(?:png|svg)$/.test(file)) return 'picturesBytes';
  return 'restBytes';
}
