import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from '../../../support/paths';

/** A recorded exchange with the real Azure. */
export interface Recorded {
  request: { method: string; url: string };
  response: { status: number; headers: Record<string, unknown>; body: unknown };
}

/** The shape of a JSON value: the member names at every level, and the first item of each array. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return value === null ? null : typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, shapeOf(member)])
      .toSorted(),
  );
}

/** Like {@link shapeOf}, without members whose names are data. */
export function keysOf(value: unknown): string[] {
  return Object.keys(value as object).toSorted();
}

/** The validator's objections to the traffic: its lines, except those about what passes. */
export function validate(traffic: string, shared: string): string[] {
  const { stdout } = spawnSync(
    process.execPath,
    [path.join(shared, 'specs/validate.mjs'), '--strict', '--requests', traffic],
    {
      env: { ...process.env, OAV: path.join(root, 'node_modules/oav') },
      encoding: 'utf8',
    },
  );
  assert.match(stdout, /\d+ passed/);
  return stdout
    .split('\n')
    .filter((line) => line !== '' && !/^ok |^\d+ passed, 0 failed, 0 without/.test(line));
}
