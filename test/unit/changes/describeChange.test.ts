import assert from 'node:assert/strict';
import { describeChange } from '../../../src/changes/describeChange';
import { inBrackets, isWhole } from '../brackets';
import { changesOn } from './equivalents/changes';

describe('sentences for changes', () => {
  for (const [index, change] of changesOn('it').entries())
    it(`${index + 1}: ${change.kind}`, () => {
      assert.match(describeChange(change), /^[A-Z][^{}]+\bit\b.*\.$/);
      const translated = inBrackets(() => describeChange(change));
      assert.ok(isWhole(translated), translated);
    });
});
