import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { resolutionNextStep, resolutionWords } from '../../../../src/access/reference/resolution';
import { root } from '../../../support/paths';
import { skip } from '../../../support/skip';
import { inBrackets, isWhole } from '../../brackets';

const sheet = path.join(root, '../shared/azure-facts.md');

describe('resolutionWords', () => {
  it('knows every status in the fact sheet', function () {
    if (!fs.existsSync(sheet)) skip(this, 'the fact sheet (../shared/azure-facts.md) is not here');
    const statuses =
      /status in (Initialized[\w, ]+)/.exec(fs.readFileSync(sheet, 'utf8'))?.[1]?.split(', ') ?? [];
    assert.equal(statuses.length, 11);
    for (const status of statuses) {
      assert.doesNotMatch(resolutionWords({ status }), /[A-Z]|\(/, status);
      assert.equal(resolutionNextStep({ status }) === undefined, status === 'Resolved', status);
      inBrackets(() => {
        assert.ok(isWhole(resolutionWords({ status })), status);
        assert.ok(status === 'Resolved' || isWhole(resolutionNextStep({ status }) ?? ''), status);
      });
    }
    assert.equal(resolutionWords({ status: 'New' }), 'not resolved (New)');
    assert.match(resolutionNextStep({ status: 'New' }) ?? '', /Why Can't It Read/);
  });
});
