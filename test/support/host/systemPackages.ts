import fs from 'node:fs';
import path from 'node:path';
import { run } from '../processes';
import { say, withProgress } from '../say';

/** Programs that npm can't install, by Debian package. Any of the names will do. */
const PROGRAMS = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
  'g++': ['g++'],
  make: ['make'],
  python3: ['python3'],
  xvfb: ['xvfb-run'],
  'azure-cli': ['az'],
} as const;

export type SystemPackage = keyof typeof PROGRAMS;

/** The full path of a program from a package. Undefined if there is none. CHROMIUM can name another Chromium. */
export function findProgram(name: SystemPackage): string | undefined {
  if (name === 'chromium' && process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  for (const program of PROGRAMS[name])
    for (const folder of folders)
      if (isExecutable(path.join(folder, program))) return path.join(folder, program);
  return undefined;
}

/**
 * Ensures that packages are installed. Installs them with apt-get on Debian as root.
 * @throws Error that names each missing package
 */
export async function ensureSystemPackages(names: SystemPackage[], also: string[] = []): Promise<void> {
  const missing = names.filter((name) => !findProgram(name));
  if (missing.length === 0) return;
  if (!canInstall())
    throw new Error(
      `Missing: ${missing.join(', ')}. Install them (Debian: apt-get install ${missing.join(' ')}).`,
    );
  await aptInstall([...missing, ...also]);
  const still = names.filter((name) => !findProgram(name));
  if (still.length > 0) throw new Error(`Still missing after apt-get: ${still.join(', ')}.`);
}

/** Whether packages can be installed here, which takes Debian (or a derivative) and root. */
export function canInstall(): boolean {
  return process.getuid?.() === 0 && fs.existsSync('/etc/debian_version') && isExecutable('/usr/bin/apt-get');
}

async function aptInstall(packages: string[]): Promise<void> {
  say(`Missing on this machine: ${packages.join(', ')}`);
  // dpkg needs the system folders, which a minimal PATH doesn't contain.
  const env = {
    DEBIAN_FRONTEND: 'noninteractive',
    PATH: `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`,
  };
  await withProgress('apt-get update', () => run('apt-get', ['update', '-q'], { env }));
  await withProgress(`apt-get install ${packages.join(' ')}`, () =>
    run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env }),
  );
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
