import { getPolicy, quoted } from './quoted';
import assert from 'node:assert/strict';
import { Harness } from '../../sandbox/keyvault/harness';
import { compare } from './compare';
import type { MadeWorld } from './madeWorld';
import * as names from './names';

function worldWith(number: number, change: Partial<MadeWorld>): MadeWorld {
  return {
    ...{
      number,
      model: 'policies',
      identity: 'system',
      hasIdentity: true,
      hasOther: false,
      foreignTenant: false,
    },
    ...{ vault: 'present', publicNetworkAccess: 'Enabled', addresses: ['127.0.0.1'] },
    ...{
      inNetwork: false,
      privateEndpoints: 0,
      groups: [],
      policies: [getPolicy],
      assignments: [],
      denials: [],
    },
    ...{ secret: 'present', versions: [{ enabled: true }] },
    ...{ observed: false, assignedToKnown: false, hidden: [] },
    ...change,
  };
}

describe("The access rules, the sandbox and Azure's documents agree on", function () {
  this.timeout(30_000);
  let harness: Harness;
  before(async () => {
    harness = await Harness.start({ tenantId: names.tenantId });
  });
  after(() => harness.stop());

  for (const [number, { it: title, world, causes, code, text, warns }] of quoted.entries())
    it(title, async () => {
      const { verdict, answers } = await compare(harness, worldWith(number, world));
      assert.equal(verdict.kind, causes.length === 0 ? 'can' : 'cannot');
      assert.deepEqual(verdict.kind === 'cannot' ? verdict.causes.map(({ kind }) => kind) : [], causes);
      if (code !== undefined) assert.deepEqual(answers.codes, [code]);
      if (text) assert.match(answers.messages[0] ?? '', text);
      assert.deepEqual(
        verdict.warnings.map(({ kind }) => kind),
        warns === undefined ? [] : [warns],
      );
    });
});
