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

/**
 * Deletes everything that a run created, whatever state it was left in: its resource group, and then its vaults for good.
 * @returns whether nothing is left
 */
export async function cleanUp(
  c: Connection,
  subscriptionId: string,
  runId: string,
  report: Report,
  signal: AbortSignal,
): Promise<boolean> {
  // An operation of the run may still be running, and a lock or a conflict ends with it.
  for (let attempt = 1; ; attempt++) {
    try {
      return await cleanUpOnce(c, subscriptionId, runId, report, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      report.note(scenario, `Attempt ${attempt}`, failureOf(error));
      if (attempt === attempts) return false;
      await pause(c, 20_000, signal);
    }
  }
}

async function cleanUpOnce(
  c: Connection,
  subscriptionId: string,
  runId: string,
  report: Report,
  signal: AbortSignal,
): Promise<boolean> {
  const [before] = await findLeftovers(c, subscriptionId, runId, signal);
  const groupId = `/subscriptions/${subscriptionId}/resourceGroups/${groupNameOf(runId)}`;
  if (before?.groupId !== undefined) {
    const vaults = await vaultsIn(c, subscriptionId, before.groupId, signal);
    await deleteResource(c, before.groupId, signal);
    await untilDeleted(c, subscriptionId, runId, vaults, signal);
    const expected = {
      expected: '404 ResourceGroupNotFound',
      source:
        'recording: azure-service-operator Test_OwnerIsARMID (2023), below a deleted group; azure-cli#22736',
    };
    const seen = await outcomeOf(getResourceJson(c, groupId, signal));
    report.compare(scenario, 'Reading the resource group after it was deleted', expected, seen);
  }
  const [after] = await findLeftovers(c, subscriptionId, runId, signal);
  for (const deleted of after?.deletedVaults ?? []) {
    await purgeVault(c, deleted, signal);
    const expected = {
      expected: '404 DeletedVaultNotFound',
      source: 'recording: azure-service-operator Test_KeyVault_WhenPurgeSpecified_PurgesSuccessfully (2023)',
    };
    const seen = await outcomeOf(getResourceJson(c, deletedVaultId(deleted), signal));
    report.compare(scenario, `Reading the deleted vault ${deleted.name} after it was purged`, expected, seen);
  }
  const left = await findLeftovers(c, subscriptionId, runId, signal);
  report.compare(
    scenario,
    'What is left of the run',
    { expected: 'nothing', source: 'what this kit promises' },
    left.length === 0 ? 'nothing' : namesOf(left).join(', '),
  );
  return left.length === 0;
}

/** How many vaults a resource group has. */
async function vaultsIn(
  c: Connection,
  subscriptionId: string,
  groupId: string,
  signal: AbortSignal,
): Promise<number> {
  const all = await listResources(c, subscriptionId, signal);
  const isInside = (id: string) => id.toLowerCase().startsWith(`${groupId.toLowerCase()}/`);
  return all.filter(({ id, type }) => isInside(id) && /^Microsoft\.KeyVault\/vaults$/i.test(type)).length;
}

/** Waits until the vaults of a group are listed as deleted, because only then can they be purged. */
async function untilDeleted(
  c: Connection,
  subscriptionId: string,
  runId: string,
  vaults: number,
  signal: AbortSignal,
): Promise<void> {
  const every = 10_000;
  for (let waited = 0; waited < 5 * 60_000; waited += every) {
    const [left] = await findLeftovers(c, subscriptionId, runId, signal);
    if ((left?.deletedVaults.length ?? 0) >= vaults) return;
    await pause(c, every, signal);
  }
}

/** What is left, by its names. */
export function namesOf(left: readonly Leftovers[]): string[] {
  return left.flatMap(({ runId, groupId, deletedVaults }) => [
    ...(groupId === undefined ? [] : [`resource group ${groupNameOf(runId)}`]),
    ...deletedVaults.map(({ name }) => `deleted vault ${name}`),
  ]);
}
