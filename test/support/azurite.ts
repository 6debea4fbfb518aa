import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { cache } from './paths';
import { run, startGroup, temporaryFolder } from './processes';
import { withProgress } from './say';
import { until } from './until';

/** Increase it only together with a look at its release notes. */
const version = '3.35.0';

/** A running Azurite, Microsoft's own storage emulator. */
export interface Azurite {
  /** For the sandbox's option --storage: where it stores data, and the key of all accounts. */
  storageFile: string;
  stop(): Promise<void>;
}

/** Starts Azurite, and installs it from npm into the cache folder first if it isn't there. Everything is in memory. */
export async function startAzurite(accounts: string[]): Promise<Azurite> {
  const program = await ensureAzurite();
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

/** Safe to run twice at once, because the last step is a rename. */
async function ensureAzurite(): Promise<string> {
  const folder = path.join(cache, `azurite-${version}`);
  const program = path.join(folder, 'node_modules/azurite/dist/src/azurite.js');
  if (fs.existsSync(program)) return program;
  const draft = `${folder}.draft-${process.pid}`;
  fs.mkdirSync(draft, { recursive: true });
  try {
    await withProgress(`Installing azurite ${version} into ${cache}`, () =>
      run(
        'npm',
        ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', draft, `azurite@${version}`],
        {
          cwd: draft,
        },
      ),
    );
    fs.renameSync(draft, folder);
  } catch (error) {
    if (!fs.existsSync(program)) throw error; // otherwise, another run was faster
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
  return program;
}
