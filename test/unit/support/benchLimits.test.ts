import assert from 'node:assert/strict';
import { exceeded, limits } from '../../bench/limits';

describe('the limits of the benchmarks', () => {
  const allowed = { scale: { requests: 5, ratio: 30 }, other: { bytes: 1 } };

  it('are kept by what is no more than they allow, and name what exceeds them', () => {
    assert.deepEqual(exceeded({ scale: { requests: 5, ratio: 10.5, milliseconds: 9999 } }, allowed), []);
    assert.deepEqual(exceeded({ scale: { requests: 6, ratio: 30 } }, allowed), [
      'scale.requests is 6, and the limit is 5',
    ]);
  });

  it('fail if a value is missing, but not if its benchmark was skipped', () => {
    assert.deepEqual(exceeded({ scale: { requests: 1 } }, allowed), ["scale.ratio wasn't measured"]);
    assert.deepEqual(exceeded({}, allowed), []);
  });

  it('are counts, sizes, and ratios, never times', () => {
    const names = Object.values(limits).flatMap((of) => Object.keys(of));
    assert.deepEqual(
      names.filter((name) => /(ms|milliseconds|seconds)$/i.test(name)),
      [],
    );
  });
});
