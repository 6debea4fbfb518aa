import { createRequire } from 'node:module';
import { RoleIndex } from '../../../src/access/rules/roleIndex';
import { whoReads } from '../../../src/access/whoReads';
import type * as searchPick from '../../../src/ui/pickers/searchPick';
import type { MapFacts } from '../../../src/map/model/mapFacts';
import { drawMapInSteps } from '../../../src/map/model/drawMap';
import { layOut } from '../../../src/map/layout';
import { pictureOf } from '../../../src/map/model/drawPicture';
import { wholeMap } from '../../../src/map/model/mapView';
import { role, secretsUserDefinition, subscription, vaultId, vaultWith } from '../../unit/access/readWorld';
import { withVscodeStub } from '../../unit/account/vscodeStub';
import { picks } from '../../unit/ui/pickStub';
import { largeMap } from '../largeMap';
import type { Metrics } from '../report';
import { compared, heapMB, timed } from './timing';

const load = createRequire(__filename);
const { pickBySearching } = withVscodeStub(
  () => load('../../../src/ui/pickers/searchPick') as typeof searchPick,
  load.resolve('../../unit/ui/inputStub'),
);

/** *Find Secret* with 20,000 secrets that are already here: what the quick pick is handed, and what it costs. */
export async function findSecret(): Promise<Metrics> {
  const before = heapMB();
  const { pick, firstPages, close } = await search(20_000);
  const findSecretHeapMB = heapMB() - before;
  const read = pick.rows;
  const typing = await timed(() => {
    pick.type('secret-19');
    return Promise.resolve(pick.rows - read);
  });
  await close();
  const searchAndClose = async (share: number) => (await search(20_000 * share)).close();
  const { metrics } = await compared('findSecret', searchAndClose, 50);
  return {
    findSecretFirstPages: firstPages(),
    findSecretRowsHanded: read,
    findSecretTypingRowsHanded: typing.result,
    findSecretTypingMs: typing.milliseconds,
    findSecretHeapMB,
    ...metrics,
  };
}

/** Searches until everything is read. */
async function search(count: number) {
  const read = Promise.withResolvers<true>();
  let [pages, firstPages] = [0, NaN];
  const answer = pickBySearching<{ name: string; description: string }>({
    ...{ title: '', placeholder: '', incomplete: '', iconOf: () => 'key', isName: () => true },
    async *pages() {
      for await (const page of secrets(count)) {
        yield page;
        pages++;
        if (Number.isNaN(firstPages) && (picks.at(-1)?.rows ?? 0) > 0) firstPages = pages;
      }
      setImmediate(read.resolve, true);
    },
  });
  const pick = picks.at(-1);
  if (!pick) throw new Error('The quick pick was not shown.');
  await read.promise;
  return {
    pick,
    /** How many pages were read before the first rows were shown. */
    firstPages: () => firstPages,
    close: async () => {
      pick.dispose();
      await answer.catch(() => undefined);
    },
  };
}

async function* secrets(count: number) {
  for (let from = 0; from < count; from += 25) {
    await new Promise((resolve) => setImmediate(resolve));
    yield Array.from({ length: 25 }, (_, number) => ({
      name: `secret-${from + number}`,
      description: `text/plain, owner=team-${number}`,
    }));
  }
}

/** Draws the map of 2,000 role assignments on a subscription with 10 vaults. */
export async function drawLargeMap(): Promise<Metrics> {
  const { signal } = new AbortController();
  const draw = async (share: number) =>
    (await drawMapInSteps(factsOf(2000 * share, 10), signal)).edges.length;
  const { metrics, result } = await compared('map', draw, 100);
  return { mapLines: result, ...metrics };
}

/** *Who Can Read This?* in a vault with 4,000 role assignments. */
export async function findReaders(): Promise<Metrics> {
  const { metrics, result } = await compared(
    'readers',
    (share) => {
      const { vaults } = factsOf(4000 * share, 1);
      const readers = vaults.flatMap(
        ({ vault, roles }) => whoReads(vault, 's', new RoleIndex(roles)).readers,
      );
      return Promise.resolve(readers.length);
    },
    50,
  );
  return { readers: result, ...metrics };
}

function factsOf(assignments: number, vaults: number): MapFacts {
  const roles = {
    assignments: Array.from({ length: assignments }, (_, number) =>
      role({ id: `a${number}`, principalId: `p${number}`, scope: subscription }),
    ),
    definitions: [secretsUserDefinition],
    denyAssignments: [],
    unreadableScopes: [],
  };
  return {
    ...{ apps: [], identities: [], names: new Map() },
    vaults: Array.from({ length: vaults }, (_, number) => ({
      vault: vaultWith({ id: `${vaultId}${number}`, name: `kv${number}`, permissionModel: 'rbac' }),
      roles,
    })),
  };
}

/** Arranges, without groups, a map of 300 apps and 200 vaults with 600 lines, as its page does. */
export async function layOutLargeMap(): Promise<Metrics> {
  const { metrics } = await compared('layout', (share) =>
    Promise.resolve(layOut(pictureOf(largeMap(share), { ...wholeMap, grouped: false }))),
  );
  return metrics;
}
