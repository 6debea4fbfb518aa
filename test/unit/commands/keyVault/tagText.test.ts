import assert from 'node:assert/strict';
import { parseTags, tagText } from '../../../../src/commands/keyVault/tagText';

describe('tags on one line', () => {
  it('come back unchanged, whatever they contain', () => {
    const parts = [
      'a',
      'a,b',
      'a=b',
      '=',
      ',',
      '"',
      '"a"',
      ' a ',
      'a\\',
      '\\"',
      'a\nb',
      'ä ü',
      "it's",
      '__proto__',
    ];
    for (const name of parts)
      for (const value of [...parts, '']) {
        const tags = Object.fromEntries([
          [name, value],
          ['last', value],
        ]);
        assert.deepEqual(Object.entries(parseTags(tagText(tags)) ?? {}), Object.entries(tags), tagText(tags));
        assert.doesNotMatch(tagText(tags), /\n/);
      }
  });

  it('are quoted only where they have to be', () => {
    assert.equal(tagText({ owner: 'me', url: 'x?a=b', list: 'a, b' }), 'owner=me, url=x?a=b, list="a, b"');
  });

  it('are read as people type them', () => {
    assert.deepEqual(parseTags('a = 1,b=2 ,, c='), { a: '1', b: '2', c: '' });
    assert.deepEqual(parseTags('"a=b" = "c, d" , e=f=g'), { 'a=b': 'c, d', e: 'f=g' });
    assert.deepEqual(parseTags(''), {});
  });

  it('are rejected if they are no tags, twice the same, too many, or too long', () => {
    const many = Array.from({ length: 16 }, (_, index) => `t${String(index)}=1`).join();
    for (const wrong of ['a', '=b', '""=b', 'a="b', 'a="b" c', 'a=b"c', 'a=1, a=2', '"\\q"=1', many])
      assert.equal(parseTags(wrong), undefined, wrong);
    assert.equal(parseTags(`a=${'x'.repeat(257)}`), undefined);
  });
});
