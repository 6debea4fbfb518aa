import fs from 'node:fs';
import https from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from './lifetime';
import { writeAtomically } from './runFolder';

/** What a client needs to know about a running sandbox: the content of the ready file and of the record. */
export interface SandboxRecord {
  resourceManagerUrl: string;
  authorityUrl: string;
  graphUrl: string;
  /** The query endpoint of Application Insights. */
  applicationInsightsUrl: string;
  /** Plain HTTP: where a person signs in. */
  signInPageUrl: string;
  tenantId: string;
  subscriptionIds: string[];
  clientId: string;
  clientSecret: string;
  userName: string;
  userPassword: string;
  caCertificateFile: string;
  controlUrl: string;
  controlSecret: string;
  vaultPort: number;
  storagePort: number;
  sitesPort: number;
  scmPort: number;
  pid: number;
}

/**
 * Makes this process the user's single sandbox, or finds that one is already running.
 * @returns false if another sandbox answers at the record's address; otherwise true, and the caller holds the
 * lock
 * @throws Error if another process holds the lock and doesn't become ready
 */
export async function claimSingleInstance(recordFile: string): Promise<boolean> {
  fs.mkdirSync(parentOf(recordFile), { recursive: true, mode: 0o700 });
  const end = Date.now() + 30_000;
  while (Date.now() < end) {
    if (await isRunning(recordFile)) return false;
    if (takeLock(`${recordFile}.lock`)) return true;
    await delay(100); // another one is starting
  }
  throw new Error('Another sandbox is starting but did not become ready.');
}

/** Writes the record and releases the lock. */
export function writeRecord(recordFile: string, record: SandboxRecord): void {
  writeAtomically(recordFile, JSON.stringify(record, null, 2));
  releaseLock(recordFile);
}

/** Lets another process become the sandbox, after this one failed or before it ends. */
export function releaseLock(recordFile: string): void {
  fs.rmSync(`${recordFile}.lock`, { force: true });
}

/** Removes a ready file or a record if it still describes this process. */
export function removeRecord(file: string): void {
  if (readRecord(file)?.pid === process.pid) fs.rmSync(file, { force: true });
}

function readRecord(file: string): SandboxRecord | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as SandboxRecord;
  } catch {
    return undefined; // missing, or not a record
  }
}

async function isRunning(recordFile: string): Promise<boolean> {
  const record = readRecord(recordFile);
  if (record === undefined || !isAlive(record.pid) || !fs.existsSync(record.caCertificateFile)) return false;
  return new Promise((resolve) => {
    const request = https.get(
      `${record.controlUrl}/settings`,
      {
        ca: fs.readFileSync(record.caCertificateFile),
        headers: { 'x-sandbox-control': record.controlSecret },
        lookup: loopback,
        timeout: 2000,
        agent: false,
      },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.once('timeout', () => request.destroy());
    request.once('error', () => {
      resolve(false);
    });
  });
}

const loopback: NonNullable<https.RequestOptions['lookup']> = (_name, options, callback) => {
  if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
};

function takeLock(lockFile: string): boolean {
  try {
    fs.writeFileSync(lockFile, process.pid.toString(), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    if (isAbandoned(lockFile)) fs.rmSync(lockFile, { force: true });
    return false;
  }
}

function isAbandoned(lockFile: string): boolean {
  try {
    const pid = Number(fs.readFileSync(lockFile, 'utf8'));
    // An empty one is just being written, unless that was long ago.
    return pid > 0 ? !isAlive(pid) : Date.now() - fs.statSync(lockFile).mtimeMs > 5000;
  } catch {
    return false; // already gone
  }
}

function parentOf(file: string): string {
  return file.replace(/[\\/][^\\/]*$/, '') || '.';
}
