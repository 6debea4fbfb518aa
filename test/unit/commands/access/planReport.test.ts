import assert from 'node:assert/strict';
import type { ReadFacts } from '../../../../src/access/model/facts';
import { planRead } from '../../../../src/access/plan/plan';
import type { PlanProof } from '../../../../src/commands/access/planReport';
import { planReport } from '../../../../src/commands/access/planReport';
import { factsWith, vaultWith } from '../../access/readWorld';

const reportOf = (facts: ReadFacts, proof: Partial<PlanProof> = {}) =>
  planReport(facts, planRead(facts, { roleScope: 'secret' }), {
    ...{ functionName: undefined, outcome: undefined, actions: [], proofActions: [] },
    ...proof,
  });

describe('the plan that lets an app read a secret', () => {
  it('says how many steps it takes, what they are, and how the result is verified', () => {
    const { answer, sections, note } = reportOf(factsWith({ principal: undefined }), {
      functionName: 'ReadSecret',
    });
    assert.deepEqual([answer.tone, answer.text], ['neutral', '2 steps give it access.']);
    assert.deepEqual(
      sections.map(({ title, steps }) => [title, ...(steps ?? [])]),
      [
        [
          'Steps',
          'Enable the system-assigned identity of app',
          'Add an access policy to kv: secrets get (applies to all its secrets)',
          'Keyless then waits for the change to take effect and runs ReadSecret to verify it.',
        ],
      ],
    );
    assert.match(note, /undo all of this/);
  });

  it("says what prevents it anyway, or what couldn't be read", () => {
    const absent = reportOf(factsWith({ secret: { kind: 'absent' } }));
    assert.equal(absent.answer.tone, 'bad');
    assert.deepEqual(
      absent.sections.flatMap(({ cards = [] }) => cards.map(({ title }) => title)),
      ["The secret doesn't exist"],
    );
    const hidden = reportOf(factsWith({ secret: { withheld: 'AuthorizationFailed' } }));
    assert.equal(hidden.answer.tone, 'unknown');
  });

  it('has nothing to do if the app has everything it needs', () => {
    const facts = factsWith();
    const policy = {
      tenantId: facts.app.tenantId,
      objectId: facts.principal?.principalId ?? '',
      permissions: { secrets: ['get'] },
    };
    const { vault } = facts;
    assert.ok('kind' in vault && vault.kind === 'present');
    const able = { ...facts, vault: { ...vault, vault: vaultWith({ accessPolicies: [policy] }) } };
    const { answer, sections, note } = reportOf(able);
    assert.deepEqual([answer.tone, answer.text], ['good', 'The app already has everything it needs.']);
    assert.deepEqual([sections, note], [[], '']);
  });

  const proofActions = [{ id: 'proof.0', title: 'Select a Function…' }];
  const proofOf = (proof: Partial<PlanProof>) => {
    const { answer, sections } = reportOf(factsWith(), { proofActions, ...proof });
    return [answer.tone, ...sections.flatMap(({ cards = [] }) => cards.map(({ title }) => title))];
  };

  it('says which function proves it, or offers to select one', () => {
    assert.deepEqual(proofOf({ functionName: 'ReadSecret' }), ['neutral', 'Run ReadSecret to prove it']);
    assert.deepEqual(proofOf({}), ['neutral', 'Run a function to prove it']);
    assert.deepEqual(proofOf({ proofActions: [] }), ['neutral']);
  });

  it('says what came of it, and offers another proof only if there is none', () => {
    assert.deepEqual(proofOf({ outcome: { proven: true, text: 'It works.' } }), ['good']);
    assert.deepEqual(proofOf({ outcome: { proven: false, text: 'It failed.' } }), [
      'warning',
      'Run a function to prove it',
    ]);
  });
});
