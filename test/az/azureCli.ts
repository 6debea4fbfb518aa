import { execFile, spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from '../support/paths';
import type { SandboxReady } from '../support/sandbox';

const run = promisify(execFile);

/** The interpreter from the first line of Debian's `az`. A python3 earlier on the PATH doesn't have its packages. */
const pythonOfAz = '/usr/bin/python3';

/** Whether `az` is installed on this machine. */
export async function isAzInstalled(): Promise<boolean> {
  return run('az', ['version'], { timeout: 60_000 }).then(
    () => true,
    () => false,
  );
}

/** The `az` CLI with a separate configuration, signed in to a sandbox as its client-credentials application. */
export class AzureCli {
  readonly #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'keyless-az-'));
  readonly #env: NodeJS.ProcessEnv;
  /** Scripts that turned out to be needed. */
  readonly #faulty = new Set<string>();

  private constructor(caCertificateFile: string) {
    this.#env = {
      ...process.env,
      PYTHONPATH: path.join(root, 'test/az/python'),
      AZURE_CONFIG_DIR: this.#folder,
      REQUESTS_CA_BUNDLE: caCertificateFile,
      SSL_CERT_FILE: caCertificateFile,
      AZURE_CORE_COLLECT_TELEMETRY: '0',
      AZURE_CORE_ONLY_SHOW_ERRORS: 'false',
    };
  }

  static async signIn(ready: SandboxReady): Promise<AzureCli> {
    const az = new AzureCli(ready.caCertificateFile);
    try {
      await az.run(
        'cloud',
        'register',
        '-n',
        'Sandbox',
        '--endpoint-resource-manager',
        ready.resourceManagerUrl,
        '--suffix-keyvault-dns',
        `.vault.localhost:${ready.vaultPort}`,
      );
      await az.run('cloud', 'set', '-n', 'Sandbox');
      await az.run(
        'login',
        '--service-principal',
        '-u',
        ready.clientId,
        '-p',
        ready.clientSecret,
        '--tenant',
        ready.tenantId,
      );
      return az;
    } catch (error) {
      az.dispose();
      throw error;
    }
  }

  /** Runs one command. @returns its standard output @throws Error with its standard error */
  async run(...args: string[]): Promise<string> {
    const { stdout } = await run('az', [...args, '-o', 'json'], {
      env: this.#env,
      timeout: 120_000,
      maxBuffer: 16 * 1024 * 1024,
    });
    return stdout;
  }

  /** Runs one command that prints JSON. */
  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.run(...args)) as T;
  }

  /**
   * Runs one `az role` command. If az fails before sending anything, because Debian's versions of az and the SDK don't
   * match, runs it again with the missing attribute restored (role.py).
   */
  async role(...args: string[]): Promise<string> {
    return this.#runFixed(['role', ...args], "has no attribute 'config'", 'role.py');
  }

  /** Runs one `az keyvault secret` command. Debian's az lacks a module for it, which keyvault_secret.py replaces. */
  async secret(...args: string[]): Promise<string> {
    return this.#runFixed(
      ['keyvault', 'secret', ...args],
      "No module named 'azure.keyvault",
      'keyvault_secret.py',
    );
  }

  /** Runs one `az monitor` command, through monitor.py if Debian's az fails on its own imports. */
  async monitor(...args: string[]): Promise<string> {
    return this.#runFixed(['monitor', ...args], "partially initialized module 'requests", 'monitor.py');
  }

  /** Runs `az`, and if it fails with `fault`, retries through a script that fixes it; later calls use the script right away. */
  async #runFixed(args: string[], fault: string, script: string): Promise<string> {
    try {
      if (!this.#faulty.has(script)) return await this.run(...args);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes(fault)) throw error;
      this.#faulty.add(script);
    }
    const { stdout } = await run(pythonOfAz, [path.join(root, 'test/az', script), ...args, '-o', 'json'], {
      env: this.#env,
      timeout: 120_000,
      maxBuffer: 16 * 1024 * 1024,
    });
    return stdout;
  }

  /** Runs a line of bash that uses `az` and `curl` in a folder. */
  async shell(line: string, folder: string): Promise<void> {
    const env = { ...this.#env, CURL_CA_BUNDLE: this.#env['REQUESTS_CA_BUNDLE'] };
    await run('bash', ['-o', 'pipefail', '-c', line], { env, cwd: folder, timeout: 120_000 });
  }

  /** Starts a command that doesn't end by itself. */
  start(...args: string[]): ChildProcess {
    return spawn('az', args, { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  }

  dispose(): void {
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }
}
