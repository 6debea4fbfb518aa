import assert from 'node:assert/strict';
import { parseJson } from '../../../../src/azure/core/json';
import { describeAnswer } from '../../../../src/commands/functions/functionAnswer';

const answer = {
  status: 200,
  headers: [['content-type', 'application/json'] as const],
  body: '{"a":1}',
  truncated: false,
  milliseconds: 12.6,
};

describe("a function's answer as a document", () => {
  it('shows what was called, the status, time, headers, and indented JSON', () => {
    const text = describeAnswer('POST https://app.example/api/f', answer);
    assert.equal(
      text,
      'POST https://app.example/api/f\nStatus 200, 13 ms\n\ncontent-type: application/json\n\n{\n  "a": 1\n}\n',
    );
  });

  it('keeps other text as it is', () => {
    assert.match(describeAnswer('GET x', { ...answer, body: '<b>no</b>' }), /\n<b>no<\/b>\n$/);
    assert.match(
      describeAnswer('GET x', { ...answer, body: '12345678901234567890' }),
      /\n12345678901234567890\n$/,
    );
  });

  it('says when the body was cut', () => {
    assert.match(describeAnswer('GET x', { ...answer, truncated: true }), /too long/);
  });

  it('distinguishes JSON from text', () => {
    assert.deepEqual(parseJson('[1]'), [1]);
    assert.equal(parseJson('nope'), undefined);
  });
});
