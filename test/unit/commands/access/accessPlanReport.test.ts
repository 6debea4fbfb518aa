import assert from 'node:assert/strict';
import type { AccessFacts } from '../../../../src/access/operations/accessFacts';
import { planAccess } from '../../../../src/access/operations/planAccess';
import { accessPlanReport } from '../../../../src/commands/access/resources/accessPlanReport';
import { accessFacts, network, wanted } from '../../access/operations/accessWorld';
import { group, tenantId } from '../../access/readWorld';

describe('The plan that lets an app access a resource', () => {
  const noteOf = (facts: AccessFacts) =>
    accessPlanReport(facts, planAccess(facts), {
      ...{ functionName: undefined, outcome: undefined, actions: [], proofActions: [] },
    }).note;

  it('offers to undo only what it does itself', () => {
    assert.match(noteOf(accessFacts()), /Undo Grant/);
    const sql = accessFacts({
      ...{ wanted: wanted('readRows'), scope: `${group}/providers/Microsoft.Sql/servers/sql/databases/shop` },
      target: { kind: 'present', tenantId, network: network(), host: 'sql.database.windows.net' },
    });
    assert.match(noteOf(sql), /Open Undo Script/);
    // Its identity isn't enabled as a part of a grant, but by a command of its own.
    const { principal: _, ...without } = sql;
    assert.equal(noteOf(without), '');
  });
});
