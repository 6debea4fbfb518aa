import os from 'node:os';
import path from 'node:path';

/** The checkout. The compiled version of this file is in out/test/support, three levels below it. */
export const root = path.resolve(__dirname, '../../..');

/** For compiled tests, results and packages. Ignored by git. */
export const out = path.join(root, 'out');

/** For downloads and installations. Outside the checkout, so that a fresh clone can use them. */
export const cache =
  process.env.KEYLESS_CACHE ??
  path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'keyless');
