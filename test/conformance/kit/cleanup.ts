import { pause } from '../../../src/azure/core/clock';
import type { Connection } from '../../../src/azure/core/connection';
import {
  deletedVaultId,
  listDeletedVaults,
  purgeVault,
  type DeletedVault,
} from '../../../src/azure/keyVault/deletedVaults';
import {
  deleteResource,
  getResourceJson,
  listResourceGroups,
  listResources,
} from '../../../src/azure/resources/resources';
import { parseResourceId } from '../../../src/azure/core/armId';
import { failureOf, outcomeOf, type Report } from './report';
import { groupNameOf, runTag } from './run';

/** What is left of a run. */
export interface Leftovers {
  readonly runId: string;
  /** ARM ID of its resource group, if it's still there. */
  readonly groupId?: string;
  readonly deletedVaults: readonly DeletedVault[];
}

/**
 * Finds what earlier runs left in a subscription: resource groups with the tag of the kit and the name that goes with it, and
 * soft-deleted vaults of such groups, whose names stay taken.
 * @param runId only of this run
 */
export async function findLeftovers(
  c: Connection,
  subscriptionId: string,
  runId: string | undefined,
  signal: AbortSignal,
): Promise<Leftovers[]> {
  const groups = (await listResourceGroups(c, subscriptionId, signal)).flatMap(({ id, name, tags }) => {
    const tag = tags[runTag];
    return tag !== undefined && name === groupNameOf(tag) ? [{ id, runId: tag }] : [];
  });
  const vaults = (await listDeletedVaults(c, subscriptionId, signal)).flatMap((deleted) => {
    const { resourceGroup } = parseResourceId(deleted.vaultId);
    const id = new RegExp(`^${runTag}-([0-9a-f]{8})$`, 'i').exec(resourceGroup)?.[1];
    return id === undefined ? [] : [{ deleted, runId: id.toLowerCase() }];
  });
  const ids = new Set([...groups, ...vaults].map((one) => one.runId));
  return [...ids]
    .filter((id) => runId === undefined || id === runId)
    .map((id) => {
      const group = groups.find((one) => one.runId === id);
      return {
        runId: id,
        ...(group ? { groupId: group.id } : {}),
        deletedVaults: vaults.filter((one) => one.runId === id).map(({ deleted }) => deleted),
      };
    });
}

const scenario = 'clean up';
const attempts = 5;

/** A run whose scenarios have ended. */
export interface EndedRun {
  readonly c: Connection;
  readonly subscriptionId: string;
  readonly runId: string;
  readonly signal: AbortSignal;
}

/**
 * Deletes everything that a run created, whatever state it was left in: its resource group, and then its vaults for good.
 * @returns whether nothing is left
 */
export async function cleanUp(ended: EndedRun, report: Report): Promise<boolean> {
  // An operation of the run may still be running, and a lock or a conflict ends with it.
  for (let attempt = 1; ; attempt++) {
    try {
      return await cleanUpOnce(ended, report);
    } catch (error) {
      if (ended.signal.aborted) throw error;
      report.note(scenario, `Attempt ${attempt}`, failureOf(error));
      if (attempt === attempts) return false;
      await pause(ended.c, 20_000, ended.signal);
    }
  }
}

async function cleanUpOnce(ended: EndedRun, report: Report): Promise<boolean> {
  const { c, subscriptionId, runId, signal } = ended;
  const [before] = await leftoversOf(ended);
  const groupId = `/subscriptions/${subscriptionId}/resourceGroups/${groupNameOf(runId)}`;
  if (before?.groupId !== undefined) {
    const vaults = await vaultsIn(ended, before.groupId);
    await deleteResource(c, before.groupId, signal);
    await untilDeleted(ended, vaults);
    const expected = {
      expected: '404 ResourceGroupNotFound',
      source:
        'recording: azure-service-operator Test_OwnerIsARMID (2023), below a deleted group; azure-cli#22736',
    };
    const seen = await outcomeOf(getResourceJson(c, groupId, signal));
    report.compare(scenario, 'Reading the resource group after it was deleted', expected, seen);
  }
  const [after] = await leftoversOf(ended);
  for (const deleted of after?.deletedVaults ?? []) {
    await purgeVault(c, deleted, signal);
    const expected = {
      expected: '404 DeletedVaultNotFound',
      source: 'recording: azure-service-operator Test_KeyVault_WhenPurgeSpecified_PurgesSuccessfully (2023)',
    };
    const seen = await outcomeOf(getResourceJson(c, deletedVaultId(deleted), signal));
    report.compare(scenario, `Reading the deleted vault ${deleted.name} after it was purged`, expected, seen);
  }
  const left = await leftoversOf(ended);
  report.compare(
    scenario,
    'What is left of the run',
    { expected: 'nothing', source: 'what this kit promises' },
    left.length === 0 ? 'nothing' : namesOf(left).join(', '),
  );
  return left.length === 0;
}

function leftoversOf({ c, subscriptionId, runId, signal }: EndedRun): Promise<Leftovers[]> {
  return findLeftovers(c, subscriptionId, runId, signal);
}

/** How many vaults a resource group has. */
async function vaultsIn({ c, subscriptionId, signal }: EndedRun, groupId: string): Promise<number> {
  const all = await listResources(c, subscriptionId, signal);
  const isInside = (id: string) => id.toLowerCase().startsWith(`${groupId.toLowerCase()}/`);
  return all.filter(({ id, type }) => isInside(id) && /^Microsoft\.KeyVault\/vaults$/i.test(type)).length;
}

/** Waits until the vaults of a group are listed as deleted, because only then can they be purged. */
async function untilDeleted(ended: EndedRun, vaults: number): Promise<void> {
  const every = 10_000;
  for (let waited = 0; waited < 5 * 60_000; waited += every) {
    const [left] = await leftoversOf(ended);
    if ((left?.deletedVaults.length ?? 0) >= vaults) return;
    await pause(ended.c, every, ended.signal);
  }
}

/** What is left, by its names. */
export function namesOf(left: readonly Leftovers[]): string[] {
  return left.flatMap(({ runId, groupId, deletedVaults }) => [
    ...(groupId === undefined ? [] : [`resource group ${groupNameOf(runId)}`]),
    ...deletedVaults.map(({ name }) => `deleted vault ${name}`),
  ]);
}
