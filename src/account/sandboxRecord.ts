import { readFile, stat } from 'node:fs/promises';
import type { Cloud } from '../azure/core/cloud';

/** How to reach a running sandbox, from the file that it writes when it's ready. */
export interface SandboxRecord {
  readonly resourceManagerUrl: string;
  readonly authorityUrl: string;
  readonly graphUrl: string;
  readonly applicationInsightsUrl: string;
  readonly signInPageUrl: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** Secret value. */
  readonly clientSecret: string;
  readonly userName: string;
  /** Secret value, valid only for this run. */
  readonly userPassword: string;
  readonly controlUrl: string;
  /** Secret value. */
  readonly controlSecret: string;
  readonly caCertificateFile: string;
  readonly vaultPort: number;
  readonly sitesPort: number;
  readonly scmPort: number;
  readonly pid: number;
}

const texts = [
  ...([
    'resourceManagerUrl',
    'authorityUrl',
    'graphUrl',
    'applicationInsightsUrl',
    'signInPageUrl',
    'controlUrl',
    'tenantId',
  ] as const),
  ...([
    'clientId',
    'clientSecret',
    'userName',
    'userPassword',
    'controlSecret',
    'caCertificateFile',
  ] as const),
] as const;
const numbers = ['vaultPort', 'sitesPort', 'scmPort', 'pid'] as const;
const secureUrls = [
  'resourceManagerUrl',
  'authorityUrl',
  'graphUrl',
  'applicationInsightsUrl',
  'controlUrl',
] as const;

/**
 * The record of a sandbox that may still be running. Undefined if there is none, if someone else could have written it,
 * or if its process is gone. Doesn't check whether the sandbox responds.
 */
export async function readSandboxRecord(file: string): Promise<SandboxRecord | undefined> {
  try {
    if (!(await isPrivate(file))) return undefined;
    const record: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isRecord(record) && isAlive(record.pid) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** The sandbox as a separate cloud that trusts only the sandbox's own ports. */
export async function sandboxCloud(record: SandboxRecord): Promise<Cloud> {
  const { vaultPort, sitesPort, scmPort } = record;
  const origins = secureUrls.map((name) => new URL(record[name]).host);
  return {
    name: 'Sandbox',
    resourceManager: record.resourceManagerUrl,
    resourceManagerAudience: record.resourceManagerUrl,
    authority: record.authorityUrl,
    // The sandbox has no portal. Code that opens the portal checks for an empty string.
    portal: '',
    graph: record.graphUrl,
    vaultAudience: 'https://vault.localhost',
    vaultSuffix: `.vault.localhost:${vaultPort}`,
    appServiceAudience: 'https://appservice.azure.com',
    sitesSuffix: `.sites.localhost:${sitesPort}`,
    applicationInsightsAudience: record.applicationInsightsUrl,
    local: {
      caCertificate: await readFile(record.caCertificateFile, 'utf8'),
      hosts: [
        ...origins,
        `*.vault.localhost:${vaultPort}`,
        `*.sites.localhost:${sitesPort}`,
        `*.scm.localhost:${scmPort}`,
      ],
    },
  };
}

/** Identifies one run of the sandbox. */
export function runOf({ pid, authorityUrl, clientSecret }: SandboxRecord): string {
  // Process IDs and ports are reused, but the secret isn't. Its last characters don't reveal the rest.
  return `${pid} ${authorityUrl} ${clientSecret.slice(-6)}`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // The process is gone or belongs to someone else (EPERM), so it isn't this user's sandbox.
    return false;
  }
}

/** Whether this user wrote the file and no one else can read it. On Windows, the folder alone protects it. */
async function isPrivate(file: string): Promise<boolean> {
  if (process.platform === 'win32') return true;
  const { uid, mode } = await stat(file);
  return uid === process.getuid?.() && (mode & 0o077) === 0;
}

function isRecord(value: unknown): value is SandboxRecord {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<string, unknown>;
  return (
    texts.every((name) => typeof fields[name] === 'string' && fields[name] !== '') &&
    numbers.every((name) => Number.isInteger(fields[name]) && Number(fields[name]) > 0) &&
    secureUrls.every((name) => isLoopback(fields[name], 'https:')) &&
    isLoopback(fields['signInPageUrl'], 'http:')
  );
}

/** The sandbox runs on this machine, so a record that names another host isn't genuine. */
function isLoopback(value: unknown, protocol: string): boolean {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  return url?.protocol === protocol && (url.hostname === 'localhost' || url.hostname === '127.0.0.1');
}
