import assert from 'node:assert/strict';
import type { ReadFacts } from '../../../../src/access/model/facts';
import { planRead } from '../../../../src/access/plan/plan';
import { planReport } from '../../../../src/commands/access/planReport';
import { factsWith, vaultWith } from '../../access/readWorld';

const reportOf = (facts: ReadFacts, functionName?: string) =>
  planReport(facts, planRead(facts, { roleScope: 'secret' }), functionName, []);

describe('the plan that lets an app read a secret', () => {
  it('says how many steps it takes, what they are, and how the result is verified', () => {
    const { answer, sections, note } = reportOf(factsWith({ principal: undefined }), 'ReadSecret');
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
});
