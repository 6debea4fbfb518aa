import assert from 'node:assert/strict';
import fc from 'fast-check';
import fs from 'node:fs';
import path from 'node:path';
import { explainRead } from '../../../../src/access/explainRead';
import { refreshReferences } from '../../../../src/azure/appService/settings/settingReferences';
import { getFunctionApp } from '../../../../src/azure/appService/sites';
import { readFacts } from '../../../../src/grants/readFacts';
import { PlainClient } from '../../../integration/plainClient';
import { temporaryFolder } from '../../../support/processes';
import { startSandbox, type RunningSandbox } from '../../../support/sandbox';
import { connect, control, type TestConnection } from '../../azure/support';
import { short } from '../readWorld';
import { factsOf } from './facts';
import type { MadeWorld } from './madeWorld';
import * as names from './names';
import { Random, seed } from './random';
import { generateForFile, resourceGroupName, worldFileOf } from './worldFile';

const worlds = fc
  .sample(fc.gen(), { seed, numRuns: 40 })
  .map((choose, number) => generateForFile(new Random(choose), number));

describe('readFacts and App Service', function () {
  this.timeout(120_000);
  const folder = temporaryFolder('worlds');
  let sandbox: RunningSandbox;
  let c: TestConnection;

  before(async () => {
    const file = path.join(folder.path, 'world.json');
    fs.writeFileSync(file, JSON.stringify(worldFileOf(worlds)));
    sandbox = await startSandbox(['--world', file]);
    c = connect(sandbox.ready);
    // The verdicts depend on who is in which group.
    await control(c, sandbox.ready, 'PATCH', '/settings', { graphRights: 'directory' });
    const plain = new PlainClient(sandbox.ready);
    for (const world of worlds)
      if (world.vault === 'softDeleted')
        await plain.arm('DELETE', inGroup(world, names.vaultId(world)), '2023-07-01');
  });
  after(async () => {
    await sandbox.stop();
    folder.remove();
  });

  it(`agree on ${worlds.length} worlds (seed ${seed})`, async () => {
    let could = 0;
    for (const world of worlds) {
      try {
        if (await check(c, world)) could += 1;
      } catch (error) {
        throw new Error(`world ${world.number} of seed ${seed}: ${JSON.stringify(world)}`, { cause: error });
      }
    }
    assert.ok(could >= worlds.length / 10 && could <= worlds.length / 2, `${could} could read`);
  });
});

/** @returns whether the app can read */
async function check(c: TestConnection, world: MadeWorld): Promise<boolean> {
  const appId = inGroup(world, names.appId(world));
  const app = await getFunctionApp(c, appId);
  const [reference] = await refreshReferences(c, app);
  const target = {
    ...{
      vaultId: inGroup(world, names.vaultId(world)),
      vaultName: names.vaultName(world),
      secretName: names.secretName,
    },
    ...(world.asked === undefined ? {} : { secretVersion: names.versionId(world, world.asked) }),
  };
  const { facts } = await readFacts({
    ...{ connection: c, vaultConnection: c, appId, target },
    settingName: 'SECRET',
  });
  const verdict = explainRead(facts);
  assert.equal(short(verdict), short(explainRead(factsOf(world, new Date()))), 'what was made up');
  const resolved = reference?.status === 'Resolved';
  if (verdict.kind !== 'cannotTell') assert.equal(resolved, verdict.kind === 'can', reference?.status);
  return resolved;
}

function inGroup(world: MadeWorld, id: string): string {
  return id.replace('/rg-one/', `/${resourceGroupName(world)}/`);
}
