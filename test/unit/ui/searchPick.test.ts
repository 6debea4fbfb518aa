import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type * as searchPick from '../../../src/ui/pickers/searchPick';
import { limits } from '../../bench/limits';
import { withVscodeStub } from '../account/vscodeStub';
import { until } from '../../support/until';
import type { QuickPick } from './pickStub';
import { picks } from './pickStub';

const load = createRequire(__filename);
const { pickBySearching } = withVscodeStub(
  () => load('../../../src/ui/pickers/searchPick') as typeof searchPick,
  load.resolve('./inputStub'),
);

interface Secret {
  readonly name: string;
  readonly description: string;
}

/** Pages of 25, as a vault returns them. */
async function* pagesOf(secrets: readonly Secret[], end?: Promise<never>) {
  for (let from = 0; from < secrets.length; from += 25) {
    await Promise.resolve();
    yield secrets.slice(from, from + 25);
  }
  await end;
}

const secrets = Array.from({ length: 20_000 }, (_, number) => ({
  name: `secret-${String(number).padStart(5, '0')}`,
  description: number % 1000 === 7 ? 'owner=payments' : '',
}));

describe('the search in a long list', () => {
  const open = (pages: AsyncIterable<readonly Secret[]>) => {
    const answer = pickBySearching<Secret>({
      ...{ title: 'T', placeholder: 'P', incomplete: 'Incomplete.', iconOf: () => 'key' },
      isName: (text) => /^[a-z0-9-]+$/i.test(text),
      pages: () => pages,
    });
    const pick = picks.at(-1);
    assert.ok(pick);
    return { answer, pick };
  };
  const loaded = (pick: QuickPick) => until(() => !pick.busy, { what: 'the end of the list' });
  const labels = (pick: QuickPick) => pick.items.map(({ label }) => label.replace(/^\$\([a-z-]+\) /, ''));

  it('hands over no more than a few hundred rows of 20,000 while they are read', async () => {
    const { answer, pick } = open(pagesOf(secrets));
    await loaded(pick);
    assert.equal(pick.items.length, 201);
    assert.match(labels(pick).at(-1) ?? '', /^Only the first 200 matches are shown/);
    // Handing over everything after each page would be 8 million rows.
    assert.ok(pick.rows <= limits.scale.findSecretRowsHanded, `handed over ${pick.rows} rows`);
    pick.accept('Only the first');
    pick.accept('secret-00003');
    assert.equal(await answer, secrets[3]);
  });

  it('searches all of them as typed, by name, tag, and letters', async () => {
    const { answer, pick } = open(pagesOf(secrets));
    await loaded(pick);
    pick.type('19998');
    assert.deepEqual(labels(pick), ['secret-19998', '19998']);
    pick.type('payments');
    assert.equal(pick.items.length, 1 + 20);
    pick.type('SECRET-12345');
    assert.deepEqual(labels(pick), ['secret-12345']);
    pick.type('s19999');
    assert.deepEqual(labels(pick), ['s19999', 'secret-19999']);
    const before = pick.rows;
    pick.type('secret');
    assert.ok(pick.rows - before <= limits.scale.findSecretTypingRowsHanded);
    pick.dispose();
    await assert.rejects(answer, { name: 'Canceled' });
  });

  it('shows a rare match as soon as its page is read, and the best ones at the end', async () => {
    const { answer, pick } = open(pagesOf(secrets));
    pick.type('1999');
    await loaded(pick);
    // 12 names contain it, and many more have the letters.
    assert.deepEqual(labels(pick).slice(0, 3), ['secret-01999', 'secret-11999', 'secret-19990']);
    assert.ok(pick.rows <= limits.scale.findSecretRowsHanded, `handed over ${pick.rows} rows`);
    pick.accept('1999');
    assert.equal(await answer, secrets[1999], "Enter doesn't open the first match");
  });

  it('returns a typed name if the list is refused', async () => {
    const refused = Promise.reject(new Error('403'));
    refused.catch(() => undefined);
    const { answer, pick } = open(pagesOf([], refused));
    pick.type('api-key');
    await loaded(pick);
    assert.equal(pick.placeholder, 'Incomplete.');
    pick.accept('api-key');
    assert.equal(await answer, 'api-key');
  });
});
