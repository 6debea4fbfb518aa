import fs from 'node:fs';
import path from 'node:path';
import { root } from './paths';
import { startGroup, temporaryFolder } from './processes';
import { until } from './until';

/** What the sandbox writes when it's ready. */
export interface SandboxReady {
  resourceManagerUrl: string;
  authorityUrl: string;
  tenantId: string;
  subscriptionIds: string[];
  clientId: string;
  clientSecret: string;
  caCertificateFile: string;
  pid: number;
  graphUrl: string;
  applicationInsightsUrl: string;
  signInPageUrl: string;
  userName: string;
  userPassword: string;
  controlUrl: string;
  controlSecret: string;
  vaultPort: number;
  storagePort: number;
  sitesPort: number;
  scmPort: number;
}

export interface RunningSandbox {
  ready: SandboxReady;
  readyFile: string;
  output(): string;
  stop(): Promise<void>;
}

/** The built sandbox. */
export const sandboxProgram = path.join(root, 'dist/sandbox.js');

/**
 * Starts a separate sandbox for a test.
 * @param args the same as for `npm run sandbox`, such as `--world FILE`, `--scale apps=1000` or `--latency 50`
 * @throws Error with its output if it doesn't start
 */
export async function startSandbox(args: string[] = []): Promise<RunningSandbox> {
  const work = temporaryFolder('sandbox');
  const readyFile = path.join(work.path, 'ready.json');
  const group = startGroup(process.execPath, [sandboxProgram, '--ready-file', readyFile, ...args], {
    env: { TMPDIR: work.path },
  });
  let ended = false;
  void group.exited.finally(() => (ended = true)).catch(() => undefined);
  await until(() => ended || fs.existsSync(readyFile), { timeout: 60_000, what: 'the sandbox' });
  if (!fs.existsSync(readyFile)) throw new Error(`The sandbox ended\n${group.output()}`);
  return {
    ready: JSON.parse(fs.readFileSync(readyFile, 'utf8')) as SandboxReady,
    readyFile,
    output: group.output,
    async stop() {
      await group.stop();
      work.remove();
    },
  };
}
