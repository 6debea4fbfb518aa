import assert from 'node:assert/strict';
import type { RotationFacts } from '../../../../src/access/keyAccess/rotation';
import { rotationReport } from '../../../../src/commands/keyAccess/rotationReport';

describe('The report on the keys of a resource', () => {
  const reportOf = (facts: Partial<RotationFacts>, keysWork: boolean) =>
    rotationReport(
      {
        ...{ resource: { id: '/buses/bus', name: 'bus', keysWork }, pairs: [], others: [], unread: [] },
        ...facts,
      },
      Date.now(),
      { answer: [], ofKey: () => [], ofOther: () => [] },
    );
  const inFile = (keysWork: boolean, exposed: RotationFacts['exposed'] = {}) =>
    reportOf({ exposed }, keysWork)
      .sections.flatMap(({ facts = [] }) => facts)
      .find(({ label }) => label === 'In the file')?.text ?? '';

  it('does not call a key in a file useless while all keys are off', () => {
    assert.match(inFile(true), /one that no longer works/);
    assert.match(inFile(false), /may work again/);
    assert.equal(inFile(true, { keyName: 'key1' }), '');
    assert.equal(reportOf({}, false).answer.text, 'Key access is off.');
  });
});
