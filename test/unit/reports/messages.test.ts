import assert from 'node:assert/strict';
import { parseContent, parsePageMessage } from '../../../src/reports/messages';

describe("the messages of a report's page", () => {
  it('to the extension are checked', () => {
    for (const message of [
      { type: 'ready' },
      { type: 'check' },
      { type: 'copy', timeZone: 'Europe/Berlin' },
      { type: 'copyId', id: 'x' },
      { type: 'run', id: 'answer.0' },
    ]) {
      assert.deepEqual(parsePageMessage({ ...message, more: 1 }), message);
    }
    const long = 'x'.repeat(3000);
    for (const other of [
      null,
      [],
      'run',
      { type: 'run' },
      { type: 'run', id: 1 },
      { type: 'x' },
      { type: 'run', id: long },
    ])
      assert.equal(parsePageMessage(other), undefined);
  });

  it('to the page are checked', () => {
    const report = { title: 't', answer: {}, sections: [], ids: [], at: 1 };
    const content = { type: 'content', busy: '', saved: { kind: 'why' } };
    assert.deepEqual(parseContent(content), content);
    assert.deepEqual(parseContent({ ...content, report }), { ...content, report });
    const failure = { reason: 'r', nextStep: '', actions: [] };
    assert.deepEqual(parseContent({ ...content, failure }), { ...content, failure });
    for (const other of [
      {},
      { ...content, busy: 1 },
      { ...content, report: { ...report, sections: [1] } },
      { ...content, report: { ...report, at: '1' } },
      { ...content, failure: {} },
    ])
      assert.equal(parseContent(other), undefined);
  });
});
