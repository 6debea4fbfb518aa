import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { packagedReadme, repositorySection } from '../../support/host/packagedReadme';
import { root } from '../../support/paths';

describe("the packaged extension's README", () => {
  const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');

  it('leaves out the section about npm scripts', () => {
    assert.ok(readme.includes(`\n${repositorySection}\n`));
    assert.match(readme, /npm start/);
    for (const hasRepository of [true, false]) {
      const packaged = packagedReadme(readme, hasRepository);
      assert.doesNotMatch(packaged, /\bnpm (start|test|run)\b/);
      assert.deepEqual(
        headings(packaged),
        headings(readme).filter((heading) => heading !== repositorySection),
      );
    }
  });

  it('has pictures and relative links only where a repository serves them', () => {
    const relative = /\]\((?!https:|#)/;
    assert.match(readme, relative);
    assert.match(packagedReadme(readme, true), relative);
    assert.doesNotMatch(packagedReadme(readme, false), relative);
  });

  it('keeps the text of links, links to the web and to its own sections', () => {
    const text = 'See [the license](LICENSE), [Azure](https://azure.com) and [below](#security).\n';
    assert.equal(
      packagedReadme(text, false),
      'See the license, [Azure](https://azure.com) and [below](#security).\n',
    );
  });
});

function headings(text: string): string[] {
  return text.split('\n').filter((line) => /^##? /.test(line));
}
