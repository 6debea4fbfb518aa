// npm run test:az: installs Debian's azure-cli if possible and then runs the tests that use it.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { out } from '../paths';
import { ensureSystemPackages } from '../host/systemPackages';
import { runTask } from '../runTask';

async function main(): Promise<number> {
  // The sandbox's vaults and sites have names under .localhost, which az can resolve with libnss-myhostname.
  await ensureSystemPackages(['azure-cli'], ['libnss-myhostname']);
  const test = path.join(out, 'test/support/tasks/test.js');
  const { status } = spawnSync(process.execPath, ['--enable-source-maps', test, 'az'], { stdio: 'inherit' });
  return status ?? 1;
}

void runTask(main, 'message');
