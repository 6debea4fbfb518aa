import assert from 'node:assert/strict';
import { describeChange } from '../../../src/changes/describeChange';
import { inBrackets, isWhole } from '../brackets';
import { changesOn } from './equivalents/changes';

describe('describeChange', () => {
  for (const [index, change] of changesOn('it').entries())
    it(`describes ${change.kind} (sample ${index + 1})`, () => {
      assert.match(describeChange(change), /^[A-Z][^{}]+\bit\b.*\.$/);
      const translated = inBrackets(() => describeChange(change));
      assert.ok(isWhole(translated), translated);
    });
});
