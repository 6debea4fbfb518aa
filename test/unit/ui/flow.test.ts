import assert from 'node:assert/strict';
import type { Asking } from '../../../src/ui/flow';
import { ask, Back, withBack } from '../../../src/ui/flow';
import { noteChange } from '../../../src/ui/changedBy';

describe('the questions of a command', () => {
  /** What was asked, with an arrow if *Back* was there, and with what was answered before. */
  let asked: string[];
  /** What the person does; `undefined` is *Back*. */
  let does: (string | undefined)[];
  beforeEach(() => {
    asked = [];
  });
  afterEach(() => {
    assert.deepEqual(does, []);
  });

  const question = (name: string, way?: 'secret' | 'passed') =>
    ask(
      name,
      ({ canGoBack, earlier }: Asking) => {
        asked.push(`${canGoBack ? '<' : ''}${name}${earlier === undefined ? '' : `=${earlier}`}`);
        const value = does.shift();
        if (value === undefined) return Promise.reject(new Back());
        return Promise.resolve({ value, shown: value });
      },
      way,
    );

  it('offer Back, which returns to the question before with its answer, and asks no other one again', async () => {
    const results: string[] = [];
    does = ['v1', 's1', undefined, 's2', 'x'];
    await withBack(async () => {
      results.push([await question('vault'), await question('secret'), await question('app')].join());
    });
    assert.deepEqual(asked, ['vault', '<secret', '<app', '<secret=s1', '<app']);
    assert.deepEqual(results, ['v1,s2,x']);
  });

  it('can be different after Back', async () => {
    does = ['new', 'name', undefined, undefined, 'old', 'done'];
    await withBack(async () => {
      if ((await question('which')) === 'new') await question('name');
      await question('end');
    });
    assert.deepEqual(asked, ['which', '<name', '<end', '<name=name', 'which=new', '<end']);
  });

  it('pass over a dialog on the way back, and confirm it only once', async () => {
    does = ['a', 'ok', 'b', undefined, 'b2', undefined, undefined, 'a2', 'ok', 'b', 'c'];
    await withBack(async () => {
      await question('a');
      await question('dialog', 'passed');
      await question('b');
      await question('c');
    });
    assert.deepEqual(asked, [
      ...['a', '<dialog', '<b', '<c', '<b=b', '<c', '<b=b2'],
      ...['a=a', '<dialog', '<b', '<c'],
    ]);
  });

  it('ask for a value again instead of keeping it', async () => {
    does = ['name', 'value', undefined, 'other', 'ok'];
    const values: string[] = [];
    await withBack(async () => {
      await question('name');
      values.push(await question('value', 'secret'));
      await question('summary');
    });
    assert.deepEqual(asked, ['name', '<value', '<summary', '<value', '<summary']);
    assert.deepEqual(values, ['value', 'other']);
  });

  it('offer no Back once something was changed, and none outside a command', async () => {
    does = ['a', 'b', 'alone'];
    await withBack(async () => {
      await question('a');
      noteChange();
      await question('b');
    });
    await question('alone');
    assert.deepEqual(asked, ['a', 'b', 'alone']);
  });
});
