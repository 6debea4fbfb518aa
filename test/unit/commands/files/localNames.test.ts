import assert from 'node:assert/strict';
import { isEntryName, isSiteName, localName, sameFileKey } from '../../../../src/commands/files/localNames';

/** The rules are in Microsoft's "Naming Files, Paths, and Namespaces". */
describe('names from a server', () => {
  it('that are paths, or steps to another folder, are refused', () => {
    for (const name of ['', '.', '..', '/', '/etc', 'a/b', '../a', 'a\0', '\ud800'])
      assert.deepEqual([isEntryName(name), localName(name)], [false, undefined], JSON.stringify(name));
  });

  it('keep what every computer allows', () => {
    for (const name of [
      'host.json',
      '.env',
      'größe 1.js',
      '...a',
      'a..b',
      'a#b%2e',
      'console',
      'com',
      '日本',
    ])
      assert.equal(localName(name), name);
  });

  it('get what some computers refuse encoded', () => {
    const encoded: Readonly<Record<string, string>> = {
      ...{
        'C:': 'C%3A',
        'C:a': 'C%3Aa',
        'a:b': 'a%3Ab',
        '..\\a': '..%5Ca',
        '\\\\1\\2': '%5C%5C1%5C2',
      },
      ...{ 'a?b*c': 'a%3Fb%2Ac', '<a>|"b"': '%3Ca%3E%7C%22b%22', 'a\nb\u0085': 'a%0Ab%C2%85' },
      ...{ 'a.': 'a%2E', 'a ': 'a%20', '...': '%2E%2E%2E', '.. ': '%2E%2E%20' },
      ...{
        CON: '%43ON',
        'nul.txt': '%6Eul.txt',
        com1: '%63om1',
        'COM¹.log': '%43OM¹.log',
        'aux .c': '%61ux .c',
      },
    };
    for (const [name, own] of Object.entries(encoded))
      assert.equal(localName(name), own, JSON.stringify(name));
  });

  it('are refused if they are longer than file systems allow', () => {
    assert.equal(localName('x'.repeat(255)), 'x'.repeat(255));
    assert.equal(localName('x'.repeat(256)), undefined);
    assert.equal(localName('ü'.repeat(128)), undefined);
  });

  it('of a site are those that its file system can have', () => {
    for (const name of ['a#b', '100%', 'a%2eb', 'größe 1.js', '.env', 'console'])
      assert.deepEqual([isSiteName(name, true), isSiteName(name, false)], [true, true], name);
    for (const name of ['a?b', 'a:b', 'a.', 'a ', 'NUL.txt', '"a"', 'a|b', '<a>', '*'])
      assert.deepEqual([isSiteName(name, true), isSiteName(name, false)], [true, false], name);
    // azure-cli#26982
    for (const name of ['a\\b', '..', 'a/b', 'a\nb', '\ud800'])
      assert.deepEqual([isSiteName(name, true), isSiteName(name, false)], [false, false], name);
  });

  it('are the same if they differ only in case or in how letters are composed', () => {
    assert.equal(sameFileKey('Größe.JS'), sameFileKey('grö\u00dfe.js'));
    assert.equal(sameFileKey('u\u0308'), sameFileKey('Ü'));
    assert.notEqual(sameFileKey('a'), sameFileKey('b'));
  });
});
