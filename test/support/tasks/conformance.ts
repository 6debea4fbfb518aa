// npm run conformance -- --target sandbox [--folder FOLDER]
// npm run conformance -- --target azure --subscription ID --location L [--tenant ID] [--folder FOLDER] [--yes]
// npm run conformance -- --target azure --subscription ID --cleanup RUN|all [--tenant ID] [--yes]
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import type { Connection } from '../../../src/azure/core/connection';
import { listSubscriptions } from '../../../src/azure/directory/subscriptions';
import { cleanUp, findLeftovers, namesOf } from '../../conformance/kit/cleanup';
import { conform } from '../../conformance/kit/conform';
import { Recorder } from '../../conformance/kit/recorder';
import { Report } from '../../conformance/kit/report';
import { groupNameOf } from '../../conformance/kit/run';
import { connectToAzure, connectToSandbox } from '../../conformance/kit/targets';
import { scenarios } from '../../conformance/scenarios/all';
import { out, root } from '../paths';
import { run } from '../processes';
import { startSandbox } from '../sandbox';
import { runTask } from '../runTask';

const usage = `npm run conformance -- --target sandbox [--folder FOLDER]
npm run conformance -- --target azure --subscription ID --location LOCATION [--tenant ID] [--folder FOLDER] [--yes]
npm run conformance -- --target azure --subscription ID --cleanup RUN|all [--tenant ID] [--yes]`;

/** What Ctrl+C and other signals end: the first one the scenarios, the second one the deletion. */
interface Interruptions {
  readonly work: AbortSignal;
  readonly cleanup: AbortSignal;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      target: { type: 'string' },
      subscription: { type: 'string' },
      location: { type: 'string' },
      tenant: { type: 'string' },
      cleanup: { type: 'string' },
      folder: { type: 'string' },
      yes: { type: 'boolean', default: false },
    },
  });
  const interruptions = listenForInterruptions();
  if (values.target === 'sandbox') return await runInSandbox(values.folder, interruptions);
  const { subscription, location, tenant, cleanup, folder, yes } = values;
  if (values.target !== 'azure' || subscription === undefined) throw new Error(usage);
  if (cleanup !== undefined) return await cleanUpAzure({ subscription, tenant, cleanup, yes }, interruptions);
  if (location === undefined) throw new Error(usage);
  return await runInAzure({ subscription, location, tenant, folder, yes }, interruptions);
}

async function runInSandbox(folder: string | undefined, interruptions: Interruptions): Promise<number> {
  const sandbox = await startSandbox();
  try {
    console.log('The sandbox runs on this computer and costs nothing. It ends with this run.');
    return await perform({
      ...{ target: 'sandbox', folder, interruptions, streamSeconds: 5, location: 'westeurope' },
      subscriptionId: sandbox.ready.subscriptionIds[0] ?? '',
      connect: (recording) => connectToSandbox(sandbox.ready, recording),
    });
  } finally {
    await sandbox.stop();
  }
}

interface AzureOptions {
  readonly subscription: string;
  readonly location: string;
  readonly tenant: string | undefined;
  readonly folder: string | undefined;
  readonly yes: boolean;
}

async function runInAzure(
  { subscription, location, tenant, folder, yes }: AzureOptions,
  interruptions: Interruptions,
): Promise<number> {
  const runId = newRunId();
  // Signs in, and looks at the subscription, before anything is asked or recorded.
  const unrecorded = { recorder: new Recorder(), learnSecret: () => undefined };
  const c = await connectToAzure(unrecorded, interruptions.work, tenant);
  console.log(announcement(await nameOf(c, subscription, interruptions.work), location, runId));
  await confirm(`Type ${groupNameOf(runId)} to start: `, groupNameOf(runId), yes, interruptions.work);
  return await perform({
    ...{
      target: 'azure',
      runId,
      folder,
      interruptions,
      streamSeconds: 60,
      location,
      subscriptionId: subscription,
    },
    connect: (recording) => connectToAzure(recording, interruptions.work, tenant),
  });
}

function announcement(subscription: string, location: string, runId: string): string {
  return `
This creates, in the subscription ${subscription} and the region ${location}:
  the resource group ${groupNameOf(runId)} with three function apps (Windows on Consumption, Linux on a Basic B1 plan, and
  Flex Consumption), their storage accounts, two key vaults, and for a moment a user-assigned identity;
  a role on one vault and an access policy on the other for your account, and access to one secret for the apps.
It takes about 20 minutes.

Cost: the Basic B1 plan is charged by the hour, usually a few cents for a run. The rest is charged by use, and a run uses
less than a cent of it. What isn't deleted goes on costing what the plan costs.

Cleanup: everything is deleted at the end, also after a failure or Ctrl+C: the resource group, and the vaults for good.
Pressing Ctrl+C again ends that too. To do it later:
  npm run conformance -- --target azure --subscription ID --cleanup ${runId}
`;
}

async function cleanUpAzure(
  {
    subscription,
    tenant,
    cleanup,
    yes,
  }: Pick<AzureOptions, 'subscription' | 'tenant' | 'yes'> & { readonly cleanup: string },
  interruptions: Interruptions,
): Promise<number> {
  const unrecorded = { recorder: new Recorder(), learnSecret: () => undefined };
  const c = await connectToAzure(unrecorded, interruptions.work, tenant);
  const runId = cleanup === 'all' ? undefined : cleanup;
  const left = await findLeftovers(c, subscription, runId, interruptions.work);
  if (left.length === 0) {
    console.log('Nothing is left of any such run.');
    return 0;
  }
  console.log(
    `This deletes for good:\n${namesOf(left)
      .map((name) => `  ${name}`)
      .join('\n')}`,
  );
  await confirm('Type delete to start: ', 'delete', yes, interruptions.work);
  const report = new Report((line) => {
    console.log(line);
  });
  const ended = { c, subscriptionId: subscription, signal: interruptions.work };
  let clean = true;
  for (const one of left) clean = (await cleanUp({ ...ended, runId: one.runId }, report)) && clean;
  return clean ? 0 : 1;
}

async function nameOf(c: Connection, subscriptionId: string, signal: AbortSignal): Promise<string> {
  const all = await listSubscriptions(c, signal);
  const found = all.find((one) => one.subscriptionId.toLowerCase() === subscriptionId.toLowerCase());
  if (found) return `${found.displayName} (${found.subscriptionId})`;
  throw new Error(
    `The tenant ${c.tenantId} has no subscription ${subscriptionId} that this account can read. Use --tenant if it's in another one.`,
  );
}

/** @throws Error unless the person types the text */
async function confirm(question: string, text: string, yes: boolean, signal: AbortSignal): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY)
    throw new Error("This isn't a terminal, so nobody can be asked. Use --yes if you agree.");
  const reader = createInterface({ input: process.stdin, output: process.stdout });
  // While it asks, only the reader gets Ctrl+C.
  const interruption = new AbortController();
  reader.on('SIGINT', () => {
    interruption.abort();
  });
  try {
    const either = AbortSignal.any([signal, interruption.signal]);
    const answer = await reader.question(question, { signal: either }).catch(() => '');
    if (answer.trim() !== text) throw new Error('Nothing was done.');
  } finally {
    reader.close();
  }
}

type Performance = Pick<
  Parameters<typeof conform>[0],
  'connect' | 'subscriptionId' | 'location' | 'streamSeconds'
> & {
  readonly target: string;
  readonly runId?: string;
  /** By default, one below `out/`. */
  readonly folder: string | undefined;
  readonly interruptions: Interruptions;
};

async function perform({
  target,
  interruptions,
  runId = newRunId(),
  folder: wanted,
  ...place
}: Performance): Promise<number> {
  const folder = wanted ?? path.join(out, 'conformance', `${target}-${runId}`);
  fs.mkdirSync(folder, { recursive: true });
  const outcome = await conform({
    ...place,
    ...{ runId, scenarios, folder, origin: await originOf(target) },
    ...{ signal: interruptions.work, cleanupSignal: interruptions.cleanup },
    say: (line) => {
      console.log(line);
    },
  });
  const count = (wanted: string) => outcome.rows.filter((row) => row.outcome === wanted).length;
  console.log(
    `\n${count('same')} as expected, ${count('different')} different, ${count('open')} without evidence. ${outcome.exchanges} exchanges: ${folder}`,
  );
  if (!outcome.clean)
    console.log(
      `Not everything was deleted. Run: npm run conformance -- --target ${target} --subscription ${place.subscriptionId} --cleanup ${runId}`,
    );
  if (outcome.interrupted) return 130;
  return outcome.clean && count('different') === 0 ? 0 : 1;
}

function newRunId(): string {
  return randomBytes(4).toString('hex');
}

/** Where a recording comes from, as in ../shared/recordings. */
async function originOf(target: string): Promise<{ repo: string; commit: string }> {
  const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  const commit = await run('git', ['-C', root, 'rev-parse', 'HEAD']).catch(() => '');
  return { repo: `keyless ${version} (${target})`, commit: commit.trim() };
}

function listenForInterruptions(): Interruptions {
  // A terminal that was closed doesn't end the cleanup.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const work = new AbortController();
  const cleanup = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (work.signal.aborted) cleanup.abort();
      else work.abort();
    });
  return { work: work.signal, cleanup: cleanup.signal };
}

void runTask(main, 'message');
