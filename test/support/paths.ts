import os from 'node:os';
import path from 'node:path';

/** The checkout. Compiled files live in out/test/support, three levels below it. */
export const root = path.resolve(__dirname, '../../..');

/** Compiled tests, results, packages: ignored by git. */
export const out = path.join(root, 'out');

/** Downloads and installs, outside the checkout so that a fresh clone finds them. */
export const cache =
  process.env.KEYLESS_CACHE ??
  path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'keyless');
