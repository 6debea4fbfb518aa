import fs from 'node:fs';
import path from 'node:path';
import { watchParent } from './server/lifetime';
import { parseOptions, usage, type Options } from './server/options';
import { claimSingleInstance, releaseLock, removeRecord, writeRecord } from './server/record';
import { writeAtomically } from './server/runFolder';
import { startSandbox, type RunningSandbox } from './sandbox';
import type { StorageServers } from './storage/servers';
import { scaledWorld } from './world/scale';
import { seededWorld } from './world/seed';
import type { WorldFile } from './world/worldFile';

/** The sandbox's program: reads the command line, runs one sandbox and ends it when it's no longer needed. */
async function main(): Promise<void> {
  process.umask(0o077); // everything it writes is for this user only
  const options = readOptions();
  const { readyFile, recordFile } = options;
  if (recordFile !== undefined && !(await claimSingleInstance(recordFile))) {
    console.log('A sandbox is already running for this user.');
    return;
  }
  const starting = startSandbox({
    world: readWorld(options),
    latencyMs: options.latencyMs,
    storageServers: readStorageServers(options),
    trafficFile: options.trafficFile ?? trafficOfTestRun(),
    lingerMs: recordFile === undefined ? undefined : options.lingerSeconds * 1000,
    onAbandoned: () => void end(0),
    onStop: () => void end(0),
    log: (line) => {
      console.error(line);
    },
  });
  const end = endOnce(starting, options);
  endWithSignals(end);
  if (readyFile !== undefined) watchParent(() => void end(0));
  const { record } = await starting;
  if (readyFile !== undefined) writeAtomically(readyFile, JSON.stringify(record, null, 2));
  if (recordFile !== undefined) writeRecord(recordFile, record);
  if (readyFile === undefined && recordFile === undefined)
    console.log(
      `The sandbox is ready at ${record.resourceManagerUrl}\nSign in as ${record.userName} with the password ${record.userPassword}`,
    );
}

function readOptions(): Options {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${messageOf(error)}\n${usage}`);
    process.exit(2);
  }
}

/** A test run records every sandbox, including those that the extension starts. */
function trafficOfTestRun(): string | undefined {
  const folder = process.env.KEYLESS_TRAFFIC;
  return folder ? path.join(folder, `${process.pid}-${Date.now()}.jsonl`) : undefined;
}

function readWorld({ worldFile, scale }: Options): WorldFile {
  if (scale !== undefined) return scaledWorld(scale);
  if (worldFile === undefined) return seededWorld;
  const parsed: unknown = JSON.parse(fs.readFileSync(worldFile, 'utf8'));
  const lists = ['tenants', 'users', 'applications', 'subscriptions'];
  if (
    typeof parsed !== 'object' ||
    parsed === null ||
    lists.some((name) => !Array.isArray((parsed as Record<string, unknown>)[name]))
  )
    throw new Error(`${worldFile} isn't a world file: it needs the lists ${lists.join(', ')}.`);
  return parsed as WorldFile;
}

function readStorageServers({ storageFile }: Options): StorageServers | undefined {
  return storageFile === undefined
    ? undefined
    : (JSON.parse(fs.readFileSync(storageFile, 'utf8')) as StorageServers);
}

function endOnce(starting: Promise<RunningSandbox>, options: Options): (code: number) => Promise<never> {
  let ending: Promise<never> | undefined;
  const end = async (code: number): Promise<never> => {
    // Exits even if stopping hangs.
    setTimeout(() => process.exit(1), 10_000).unref();
    for (const file of [options.readyFile, options.recordFile]) if (file !== undefined) removeRecord(file);
    const sandbox = await starting.catch(() => undefined);
    await sandbox?.stop();
    process.exit(code);
  };
  return (code) => (ending ??= end(code));
}

function endWithSignals(end: (code: number) => Promise<never>): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end(0));
  const endWithError = (error: unknown) => {
    console.error(error);
    void end(1);
  };
  process.on('uncaughtException', endWithError);
  process.on('unhandledRejection', endWithError);
  // A closed terminal is no reason to end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

main().catch((error: unknown) => {
  console.error(messageOf(error));
  const recordFile = readOptions().recordFile;
  if (recordFile !== undefined) releaseLock(recordFile);
  process.exit(1);
});
