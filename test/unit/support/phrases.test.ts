import assert from 'node:assert/strict';
import { bannedPhrases, proseFiles } from '../../support/texts/phrases';

describe('banned phrases', () => {
  it('are found with their line, in any case and inflection', () => {
    const text = 'It works.\nWhoever asks can not know.\nThat means nobody, and they mean nobody.';
    assert.deepEqual(bannedPhrases('some.md', text), [
      `some.md:2 "can not": write can't`,
      'some.md:2 "Whoever": write anyone who, callers that, users who',
      'some.md:3 "means nobody": write is orphaned',
      'some.md:3 "mean nobody": write is orphaned',
    ]);
  });

  it('are found across the lines of a comment', () => {
    for (const text of ['/**\n * It can\n * not.\n */', '// It can\n// not.', '# It can\n# not.'])
      assert.equal(bannedPhrases('some.ts', text).length, 1, text);
  });

  it("aren't found within other words", () => {
    assert.deepEqual(bannedPhrases('some.md', 'Recommend an amendment; I can note it. A told story.'), []);
  });

  it('are searched for in code, tests, settings and Markdown', () => {
    const files = proseFiles();
    for (const file of ['src/extension.ts', 'README.md', 'package.nls.json', 'esbuild.mjs'])
      assert.ok(files.includes(file), file);
    assert.ok(!files.includes('package-lock.json'));
  });
});
