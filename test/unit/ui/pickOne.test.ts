import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type * as quickPick from '../../../src/ui/quickPick';
import { withVscodeStub } from '../account/vscodeStub';
import { until } from '../../support/until';
import { picks } from './pickStub';

const load = createRequire(__filename);
const { pickOne } = withVscodeStub(
  () => load('../../../src/ui/quickPick') as typeof quickPick,
  load.resolve('./inputStub'),
);

describe('a list of choices', () => {
  const choose = (choices: readonly quickPick.Choice<number | undefined>[]) =>
    pickOne<number>(
      () => Promise.resolve(choices),
      { title: 'T', placeHolder: 'P' },
      () => new Error('none'),
    );
  const apps = (count: number) =>
    Array.from({ length: count }, (_, value) => ({ label: `app-${value}`, detail: 'Contoso', value }));
  const shown = async () => {
    const pick = picks.at(-1);
    assert.ok(pick);
    await until(() => !pick.busy, { what: 'the list', every: 1 });
    return pick;
  };

  it('is handed to VS Code as a whole if it is short', async () => {
    const answer = choose(apps(1000));
    const pick = await shown();
    assert.equal(pick.rows, 1000);
    pick.accept('app-999');
    assert.equal(await answer, 999);
    await assert.rejects(choose([]), /none/);
  });

  it('has headings only where they tell choices apart', async () => {
    const labelsOf = async (groups: readonly (string | undefined)[]) => {
      const answer = choose(
        groups.map((group, value) => ({ label: `row ${value}`, ...(group ? { group } : {}), value })),
      );
      const pick = await shown();
      pick.accept('row 1');
      assert.equal(await answer, 1);
      return pick.items.map(({ label, kind }) => (kind === -1 ? `-- ${label}` : label));
    };
    assert.deepEqual(await labelsOf(['A', 'A']), ['row 0', 'row 1']);
    assert.deepEqual(await labelsOf(['A', 'A', 'B', undefined]), [
      ...['-- A', 'row 0', 'row 1', '-- B', 'row 2', 'row 3'],
    ]);
  });

  it('stays open when a row that only informs is clicked', async () => {
    const answer = choose([...apps(1), { label: 'note', value: undefined }]);
    const pick = await shown();
    pick.accept('note');
    pick.accept('app-0');
    assert.equal(await answer, 0);
  });

  it('is searched in the extension if it is long, so that VS Code gets a few hundred of 20,000', async () => {
    const before = picks.length;
    const answer = choose(apps(20_000));
    await until(() => picks.length === before + 2, { what: 'the search', every: 1 });
    const pick = await shown();
    pick.type('app-19999');
    pick.accept('app-19999');
    assert.equal(await answer, 19_999);
    assert.equal(picks[before]?.rows, 0);
    assert.ok(pick.rows < 2000, `handed over ${pick.rows} rows`);
  });

  it('stays open in a search, too, when a row that only informs is clicked', async () => {
    const before = picks.length;
    const answer = choose([...apps(1001), { label: 'note', value: undefined }]);
    await until(() => picks.length === before + 2, { what: 'the search', every: 1 });
    const pick = await shown();
    pick.type('note');
    pick.accept('note');
    pick.type('app-7');
    pick.accept('app-7');
    assert.equal(await answer, 7);
  });
});
