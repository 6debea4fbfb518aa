import { execFile } from 'node:child_process';
import path from 'node:path';
import type { Answer, Call } from '../server/http';
import type { Apps } from '../web/apps';
import type { Site } from '../world/world';

const timeoutMs = 60_000;
const maxBytes = 1024 * 1024;

/**
 * `POST /api/command` of a Windows app: `{command, dir}` to `{Output, Error, ExitCode}` (Kudu
 * CommandController.cs). Kudu passes the command to cmd, which the sandbox doesn't have: it runs `node -e
 * "…"`, which is on Kudu's PATH, in the app's environment, and treats every other command as an unknown
 * program.
 */
export async function runCommand(apps: Apps, site: Site, call: Call): Promise<Answer> {
  const body = (await call.json()) as { command?: unknown; dir?: unknown } | undefined;
  const command = typeof body?.command === 'string' ? body.command.trim() : '';
  if (command === '') return { status: 400, json: { Message: "The 'command' is missing." } };
  const script = /^node(?:\.exe)? -e "([^"]*)"$/i.exec(command)?.[1];
  if (script === undefined) return { status: 200, json: unknownProgram(command) };
  return { status: 200, json: await apps.runInScm(site, (env) => runNode(site, script, env)) };
}

interface Outcome {
  Output: string;
  Error: string;
  ExitCode: number;
}

function runNode(site: Site, script: string, env: NodeJS.ProcessEnv): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = {
      env: { ...env, ...('electron' in process.versions ? { ELECTRON_RUN_AS_NODE: '1' } : {}) },
      cwd: path.join(site.homeFolder, 'site', 'wwwroot'),
      timeout: timeoutMs,
      maxBuffer: maxBytes,
    };
    execFile(process.execPath, ['-e', script], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ Output: stdout, Error: stderr, ExitCode: code });
    });
  });
}

/** The wording is cmd's. */
function unknownProgram(command: string): Outcome {
  const [name = ''] = command.split(/\s/);
  return {
    Output: '',
    Error: `'${name}' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n`,
    ExitCode: 1,
  };
}
