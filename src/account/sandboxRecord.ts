import { readFile, stat } from 'node:fs/promises';
import type { Cloud } from '../azure/core/cloud';

/** What a running sandbox says about itself in the file that it writes when it is ready. */
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
  /** Secret value: good for this run only. */
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
 * The record of a sandbox that may still run; undefined where there is none, where it could have been written by
 * somebody else, or where its process is gone. Whether it answers is for {@link attachSandbox} to find out.
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

/** The sandbox as a cloud of its own: what it trusts ends at its ports. */
export async function sandboxCloud(record: SandboxRecord): Promise<Cloud> {
  const { vaultPort, sitesPort, scmPort } = record;
  const origins = secureUrls.map((name) => new URL(record[name]).host);
  return {
    name: 'Sandbox',
    resourceManager: record.resourceManagerUrl,
    resourceManagerAudience: record.resourceManagerUrl,
    authority: record.authorityUrl,
    // There is none: whoever would open it looks for an empty text.
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

/** Tells one run of the sandbox from the next. */
export function runOf({ pid, authorityUrl, clientSecret }: SandboxRecord): string {
  // Numbers of processes and ports come back; the secret does not. Its end tells nothing about the rest.
  return `${pid} ${authorityUrl} ${clientSecret.slice(-6)}`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // Gone, or a process of somebody else's (EPERM): no sandbox of this user either way.
    return false;
  }
}

/** Written by this user, and readable by nobody else. Windows keeps that by the folder alone. */
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

/** A record that names another machine is not the sandbox's. */
function isLoopback(value: unknown, protocol: string): boolean {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  return url?.protocol === protocol && (url.hostname === 'localhost' || url.hostname === '127.0.0.1');
}
