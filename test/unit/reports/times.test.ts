import assert from 'node:assert/strict';
import { absoluteTime, relativeTime } from '../../../src/reports/model/times';

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];

describe('times in a report', () => {
  it("are in the reader's own zone, whose name they show", () => {
    const at = Date.UTC(2026, 10, 29, 23, 30);
    const said = (timeZone: string) =>
      absoluteTime(at, { language: 'en-US', timeZone }).replaceAll('\u202f', ' ');
    assert.equal(said('UTC'), 'Nov 29, 2026, 11:30 PM UTC');
    assert.equal(said('Europe/Berlin'), 'Nov 30, 2026, 12:30 AM GMT+1');
  });

  it('say how far away they are, in units that fit', () => {
    const said = (distance: number) => relativeTime(1e12 + distance, 1e12, 'en');
    for (const [distance, words] of [
      [0, 'now'],
      [-29 * second, 'now'],
      [-30 * second, '1 minute ago'],
      [8 * minute, 'in 8 minutes'],
      [-59.6 * minute, '1 hour ago'],
      [-23.6 * hour, '1 day ago'],
      [5 * day, 'in 5 days'],
      [-70 * day, '2 months ago'],
      [3 * 365 * day, 'in 3 years'],
    ] as const)
      assert.equal(said(distance), words);
  });
});
