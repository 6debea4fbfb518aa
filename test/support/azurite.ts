import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { installOnce } from './installOnce';
import { cache } from './paths';
import { run, startGroup, temporaryFolder } from './processes';
import { skip } from './skip';
import { until } from './until';

/** Increase it only together with a look at its release notes. */
const version = '3.35.0';

/** A running Azurite, Microsoft's own storage emulator. */
interface Azurite {
  /** For the sandbox's option --storage: where it stores data, and the key of all accounts. */
  readonly storageFile: string;
  stop(): Promise<void>;
}

/** Starts Azurite for the tests of a suite, which are skipped if npm can't install it. */
export function useAzurite(accounts: string[]): Pick<Azurite, 'storageFile'> {
  let azurite: Azurite | undefined;
  before('start Azurite', async function () {
    this.timeout(300_000); // the first run installs it
    const program = await ensureAzurite().catch(() => skip(this, "npm can't install Azurite"));
    azurite = await startAzurite(program, accounts);
  });
  after(() => azurite?.stop());
  return {
    get storageFile() {
      return azurite?.storageFile ?? assert.fail("Azurite hasn't started");
    },
  };
}

/** Everything is in memory. */
async function startAzurite(program: string, accounts: string[]): Promise<Azurite> {
  const work = temporaryFolder('azurite');
  const key = randomBytes(64).toString('base64');
  const ports = ['blob', 'queue', 'table'].flatMap((service) => [`--${service}Port`, '0']);
  const options = ['--inMemoryPersistence', '--disableTelemetry', '--skipApiVersionCheck', ...ports];
  const group = startGroup(process.execPath, [program, ...options], {
    cwd: work.path,
    env: { AZURITE_ACCOUNTS: accounts.map((name) => `${name}:${key}`).join(';') },
  });
  const urlOf = (service: string) =>
    new RegExp(`${service} service (?:is )?successfully listen\\w* (?:at|on) (http://[\\d.:]+)`, 'i').exec(
      group.output(),
    )?.[1];
  const stop = async () => {
    await group.stop();
    work.remove();
  };
  try {
    const isReady = () =>
      urlOf('Blob') !== undefined && urlOf('Queue') !== undefined && urlOf('Table') !== undefined;
    await until(isReady, { timeout: 60_000, what: 'Azurite' });
  } catch (error) {
    await stop();
    throw new Error(`Azurite didn't start\n${group.output()}`, { cause: error });
  }
  const storageFile = path.join(work.path, 'storage.json');
  const servers = { blob: urlOf('Blob'), queue: urlOf('Queue'), table: urlOf('Table'), key };
  fs.writeFileSync(storageFile, JSON.stringify(servers), { mode: 0o600 });
  return { storageFile, stop };
}

/** Installs Azurite from npm into the cache folder if it isn't there. @returns its program */
async function ensureAzurite(): Promise<string> {
  const folder = path.join(cache, `azurite-${version}`);
  await installOnce(folder, `azurite ${version}`, async (draft) => {
    const limits = ['--fetch-retries=1', '--fetch-timeout=60000'];
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund'];
    const args = ['install', ...quiet, ...limits, '--prefix', draft, `azurite@${version}`];
    await run('npm', args, { cwd: draft });
    return draft;
  });
  return path.join(folder, 'node_modules/azurite/dist/src/azurite.js');
}
