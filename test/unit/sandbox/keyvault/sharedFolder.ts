import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../../support/paths';

/** The folder of reference data next to the checkout; undefined if it's missing. */
export function sharedFolder(): string | undefined {
  const folder = path.join(root, '../shared');
  return existsSync(folder) ? folder : undefined;
}
