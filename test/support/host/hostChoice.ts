import path from 'node:path';
import { ensureCodeServer, HOSTS, type CodeServer, type HostAge } from './codeServer';
import { cache } from '../paths';
import { say, withProgress } from '../say';
import { canInstall, ensureSystemPackages, findProgram } from './systemPackages';

export interface DesktopHost {
  kind: 'desktop';
  executable: string;
  /** Whether to run it under xvfb-run because there is no display. */
  virtualDisplay: boolean;
}

export type Host = DesktopHost | { kind: 'code-server'; codeServer: CodeServer };

/**
 * Chooses the VS Code to use: the one that VSCODE_EXECUTABLE names, or a desktop VS Code from its download server if that
 * is available and there is a display, or else code-server from npm. Prints which one and why. Never uses `code` from the
 * PATH.
 */
export async function chooseHost(age: HostAge, forWhat: 'tests' | 'start'): Promise<Host> {
  const given = process.env.VSCODE_EXECUTABLE;
  if (given && age === 'latest') {
    say(`VS Code: ${given}, because VSCODE_EXECUTABLE names it.`);
    return {
      kind: 'desktop',
      executable: given,
      virtualDisplay: !hasDisplay() && findProgram('xvfb') !== undefined,
    };
  }
  const obstacle = await obstacleToDesktop(forWhat);
  if (obstacle) {
    say(
      `VS Code: code-server ${HOSTS[age].codeServer} (VS Code ${HOSTS[age].vscode}) from npm, because ${obstacle}.`,
    );
    return { kind: 'code-server', codeServer: await ensureCodeServer(age) };
  }
  say(`VS Code: desktop (${age}) from ${new URL(DOWNLOADS).host}, because that server answers.`);
  return { kind: 'desktop', executable: await downloadDesktop(age), virtualDisplay: !hasDisplay() };
}

const DOWNLOADS = 'https://update.code.visualstudio.com/api/releases/stable';

async function obstacleToDesktop(forWhat: 'tests' | 'start'): Promise<string | undefined> {
  if (process.env.KEYLESS_HOST === 'code-server') return 'KEYLESS_HOST is set';
  try {
    const answer = await fetch(DOWNLOADS, { method: 'HEAD', signal: AbortSignal.timeout(3000) });
    if (!answer.ok) return `${new URL(DOWNLOADS).host} answers ${answer.status}`;
  } catch {
    return `${new URL(DOWNLOADS).host} can't be reached`;
  }
  if (hasDisplay()) return undefined;
  if (forWhat === 'start') return 'there is no display for a desktop window';
  if (!findProgram('xvfb') && !canInstall()) return 'there is no display, and no xvfb-run';
  // Electron's libraries come with Chromium's package.
  await ensureSystemPackages(['xvfb', 'chromium'], ['xauth', 'libgtk-3-0']);
  return undefined;
}

async function downloadDesktop(age: HostAge): Promise<string> {
  const { downloadAndUnzipVSCode, SilentReporter } = await import('@vscode/test-electron');
  const version = age === 'latest' ? 'stable' : HOSTS.oldest.vscode;
  return withProgress(`Getting VS Code ${version} into ${cache}`, () =>
    downloadAndUnzipVSCode({
      version,
      cachePath: path.join(cache, 'desktop'),
      reporter: new SilentReporter(),
    }),
  );
}

function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
}
