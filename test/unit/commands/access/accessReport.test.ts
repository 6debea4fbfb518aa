import assert from 'node:assert/strict';
import { explainRead } from '../../../../src/access/explainRead';
import type { ReadFacts } from '../../../../src/access/model/facts';
import { accessReport } from '../../../../src/commands/access/accessReport';
import { Buttons } from '../../../../src/commands/reports/buttons';
import { factsWith, principalId, tenantId, vaultId } from '../../access/readWorld';

const none = { answer: [], ofCause: () => [], ofWarning: () => [], identity: [] };
const reportOf = (facts: ReadFacts) => accessReport(facts, explainRead(facts), none);

describe('the report on an app and a secret', () => {
  it('begins with the answer, and has a card for each cause', () => {
    const { answer, sections } = reportOf(factsWith({ principal: undefined }));
    assert.deepEqual([answer.tone, answer.text], ['bad', 'No, for one reason.']);
    assert.deepEqual(
      sections.map(({ title, cards = [] }) => [title, ...cards.map((card) => `${card.tone}: ${card.title}`)]),
      [['What prevents it', 'bad: The app has no managed identity'], ['What was checked']],
    );
  });

  it('calls everything by name, and lists the IDs apart', () => {
    const report = reportOf(factsWith());
    const { ids, ...rest } = report;
    for (const id of [principalId, tenantId, '/subscriptions/']) {
      assert.ok(!JSON.stringify(rest).includes(id), id);
      assert.ok(
        ids.some((one) => one.id.includes(id)),
        id,
      );
    }
  });

  it("keeps a time apart from the words, so that the page can show it in the reader's zone", () => {
    const at = new Date('2026-11-24T11:59:00Z');
    const deleted = { vaultId, name: 'kv', location: 'westeurope', deleted: at };
    const report = reportOf(factsWith({ vault: { kind: 'softDeleted', deleted } }));
    const cards = report.sections.flatMap((section) => section.cards ?? []);
    assert.deepEqual(
      cards.flatMap(({ moments }) => moments),
      [{ label: 'Deleted', at: at.getTime() }],
    );
    assert.doesNotMatch(JSON.stringify(cards), /UTC|11:59/);
  });
});

describe('the buttons of a report', () => {
  it('have IDs of their own, and keep them', () => {
    const press = { title: 'Fix', run: () => Promise.resolve() };
    const make = () => {
      const buttons = new Buttons();
      return [...buttons.at('a', [press, press], true), ...buttons.at('a', [press])];
    };
    const ids = make().map(({ id }) => id);
    assert.equal(new Set(ids).size, 3);
    assert.deepEqual(
      make().map(({ id }) => id),
      ids,
    );
    assert.deepEqual(
      make().map(({ primary }) => primary),
      [true, undefined, undefined],
    );
  });
});
