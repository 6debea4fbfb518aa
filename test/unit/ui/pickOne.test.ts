import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type * as quickPick from '../../../src/ui/quickPick';
import { withVscodeStub } from '../account/vscodeStub';
import { until } from '../../support/until';
import { lists, picks } from './pickStub';

const load = createRequire(__filename);
const { pickOne } = withVscodeStub(
  () => load('../../../src/ui/quickPick') as typeof quickPick,
  load.resolve('./inputStub'),
);

describe('a list of choices', () => {
  const choose = (count: number) =>
    pickOne(
      () =>
        Promise.resolve(
          Array.from({ length: count }, (_, value) => ({ label: `app-${value}`, detail: 'Contoso', value })),
        ),
      { title: 'T', placeHolder: 'P' },
      () => new Error('none'),
    );

  it('is handed to VS Code as a whole if it is short', async () => {
    const before = lists.rows;
    assert.equal(await choose(1000), 0);
    assert.equal(lists.rows - before, 1000);
    await assert.rejects(choose(0), /none/);
  });

  it('has headings only where they tell choices apart', async () => {
    const labelsOf = async (groups: readonly (string | undefined)[]) => {
      await pickOne(
        () =>
          Promise.resolve(
            groups.map((group, value) => ({ label: `row ${value}`, ...(group ? { group } : {}), value })),
          ),
        { title: 'T', placeHolder: 'P' },
        () => new Error('none'),
      );
      return lists.last.map(({ label, kind }) => (kind === -1 ? `-- ${label}` : label));
    };
    assert.deepEqual(await labelsOf(['A', 'A']), ['row 0', 'row 1']);
    assert.deepEqual(await labelsOf(['A', 'A', 'B', undefined]), [
      ...['-- A', 'row 0', 'row 1', '-- B', 'row 2', 'row 3'],
    ]);
  });

  it('is searched in the extension if it is long, so that VS Code gets a few hundred of 20,000', async () => {
    const before = lists.rows;
    const shown = picks.length;
    const answer = choose(20_000);
    const pick = await until(() => picks[shown], { what: 'the search' });
    await until(() => !pick.busy, { what: 'the end of the list' });
    pick.type('app-19999');
    pick.accept('app-19999');
    assert.equal(await answer, 19_999);
    assert.equal(lists.rows, before);
    assert.ok(pick.rows < 2000, `handed over ${pick.rows} rows`);
  });
});
