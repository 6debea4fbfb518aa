import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../support/paths';
import { skip } from '../support/skip';
import type { RecordedExchange } from './kit/redaction';
import { scenarios } from './scenarios/all';
import type { SandboxRun } from './support';
import { useConformanceWorld } from './support';

describe('a run of the conformance kit in the sandbox', () => {
  const world = useConformanceWorld();
  let run: SandboxRun;
  let lines: readonly RecordedExchange[];
  let text = '';

  before(async () => {
    run = await world.run({ scenarios });
    const folder = path.join(run.options.folder, 'recordings');
    const files = fs.readdirSync(folder).map((name) => fs.readFileSync(path.join(folder, name), 'utf8'));
    text = files.join('');
    lines = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as RecordedExchange);
  });

  it('sees what evidence says about Azure', () => {
    const different = run.outcome.rows.filter(({ outcome }) => outcome === 'different');
    assert.deepEqual(different, []);
    const seen = new Set(run.outcome.rows.map(({ scenario }) => scenario));
    assert.deepEqual([...seen], [...scenarios.map(({ name }) => name), 'clean up']);
    for (const { outcome, what, source } of run.outcome.rows)
      assert.ok(outcome === 'open' || source !== '', `${what} has a source`);
  });

  it('prints a table of what is expected and what is seen', () => {
    assert.match(run.said, /What +Expected +Seen\n/);
    assert.match(run.said, /✓ +Reading a disabled secret +403 SecretDisabled +403 SecretDisabled\n/);
  });

  it('leaves nothing behind', () => {
    assert.equal(run.outcome.clean, true);
    assert.match(run.said, /What is left of the run: nothing/);
  });

  it('records its traffic in the form of other recordings', function () {
    assert.equal(lines.length, run.outcome.exchanges);
    assert.ok(lines.length > 200);
    const folder = path.join(root, '../shared/recordings');
    if (!fs.existsSync(folder)) skip(this, 'Recorded traffic (../shared/recordings) is not available');
    const file = fs.readdirSync(folder).find((name) => name.endsWith('.jsonl')) ?? '';
    const [line = ''] = fs.readFileSync(path.join(folder, file), 'utf8').split('\n');
    const other = JSON.parse(line) as RecordedExchange;
    const keysOf = (one: RecordedExchange) =>
      [one, one.request, one.response].map((part) => Object.keys(part).sort());
    for (const own of lines) {
      assert.deepEqual(keysOf(own), keysOf(other));
      assert.deepEqual(Object.keys(own.source).sort(), ['commit', 'path', 'repo']);
    }
  });

  it('records neither secret values nor who ran it', () => {
    const { ready } = world.sandbox;
    const hidden = [ready.clientSecret, ready.controlSecret, ready.userPassword];
    hidden.push(ready.clientId, ready.tenantId, ...ready.subscriptionIds);
    for (const { request, response } of run.recorder.exchanges) {
      hidden.push(...(/^Bearer (.+)$/.exec(request.headers['authorization'] ?? '')?.slice(1) ?? []));
      hidden.push(request.headers['x-functions-key'] ?? '');
      const { pathname } = new URL(request.url);
      const isVault = /^\/secrets\//.test(pathname);
      for (const body of [request.body?.toString() ?? '', response.body().toString()]) {
        if (isVault || /listkeys/i.test(pathname)) hidden.push(...valuesIn(body));
        for (const [, key = ''] of body.matchAll(/AccountKey=([^;"]+)/g)) hidden.push(key);
      }
    }
    const values = new Set(hidden.filter((value) => value.length >= 8));
    assert.ok(values.size > 15, `${values.size} values were sent or received`);
    for (const value of values) assert.ok(!text.includes(value), `${value} is in a recording`);
  });
});

/** All texts that are the value of a `value`, or of a key by its name. */
function valuesIn(body: string): string[] {
  if (!body.startsWith('{')) return [];
  const found: string[] = [];
  JSON.parse(body, (key, value: unknown) => {
    if (typeof value === 'string' && /^(value|default|masterKey)$/.test(key)) found.push(value);
    return value;
  });
  return found;
}
