import fs from 'node:fs';
import path from 'node:path';
import type { SandboxReady } from '../sandbox';
import type { TestWindow } from './window';

/** The sandbox of a window, from the record that it wrote when it was ready. */
export function sandboxOf({ workbench }: TestWindow): SandboxReady {
  const file = path.join(workbench.server.data, 'User/globalStorage/keyless.keyless/sandbox/record.json');
  return JSON.parse(fs.readFileSync(file, 'utf8')) as SandboxReady;
}
