import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { limits } from '../bench/limits';
import { root } from '../support/paths';

interface Manifest {
  version: string;
  contributes: {
    commands: { command: string; title: string }[];
    configuration: { properties: Record<string, { default: unknown }> };
  };
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const { commands, configuration } = manifest.contributes;
const texts = JSON.parse(read('package.nls.json')) as Record<string, string>;

describe('README.md', () => {
  it('lists every setting with its default', () => {
    const listed = rowsOf(read('README.md'), 'Setting').map(([name, value]) => [code(name), code(value)]);
    const contributed = Object.entries(configuration.properties).map(([name, setting]) => [
      name,
      JSON.stringify(setting.default),
    ]);
    assert.deepEqual(listed.sort(), contributed.sort());
  });

  it('shows pictures and links to files that exist', () => {
    const docs = fs.readdirSync(path.join(root, 'docs')).map((name) => `docs/${name}`);
    for (const name of ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', ...docs])
      for (const [, target = ''] of read(name).matchAll(/\]\((?!https:|#)([^)]+)\)/g))
        assert.ok(fs.existsSync(path.join(root, path.dirname(name), target)), `${name}: ${target}`);
  });
});

describe('docs/commands.md', () => {
  it('lists every command under its title, once', () => {
    // Run by the tree, by links in logs and answers, by quick fixes, and by inputs of launch.json, and not shown in any menu.
    const internal = [
      ...['keyless.copyText', 'keyless.explainReadFailure', 'keyless.replaceFileSecret'],
      'keyless.secretValue',
    ];
    const titles = commands
      .filter(({ command }) => !internal.includes(command))
      .map(({ title }) => texts[title.slice(1, -1)]);
    const listed = rowsOf(read('docs/commands.md'), 'Command').flatMap(([first = '']) => first.split('<br>'));
    assert.deepEqual(listed.sort(), titles.sort());
  });
});

describe('docs/performance.md', () => {
  const text = read('docs/performance.md');

  it('names benchmarks, code, and tests that exist', () => {
    const named = [...text.matchAll(/`((?:src|test)\/[^`]+)`/g)].map(([, name = '']) => name);
    assert.ok(named.length > 3);
    for (const name of named) assert.ok(fs.existsSync(path.join(root, name)), name);
    for (const [, name = ''] of text.matchAll(/--only (\w+)/g))
      if (name !== 'NAME') assert.ok(Object.keys(limits).includes(name), name);
  });
});

describe('docs/threat-model.md', () => {
  const text = read('docs/threat-model.md');

  it('names code and tests that exist', () => {
    const named = [...text.matchAll(/`((?:src|test)\/[^`]+)`/g)].map(([, name = '']) => name);
    assert.ok(named.length > 20);
    for (const name of named) assert.ok(fs.existsSync(path.join(root, name)), name);
  });

  it('names a test for everything that is protected', () => {
    const rows = text.split('\n').filter((line) => line.startsWith('| **'));
    assert.ok(rows.length > 5);
    for (const row of rows) assert.match(row.split('|').at(-2) ?? '', /`test\/\S+\.test\.ts`/, row);
  });
});

describe('CHANGELOG.md', () => {
  const headings = read('CHANGELOG.md').match(/^## .+$/gm) ?? [];

  it('begins with the version of package.json, and dates every version', () => {
    const versions = headings.filter((heading) => heading !== '## [Unreleased]');
    assert.ok(versions[0]?.startsWith(`## [${manifest.version}] - `), versions[0]);
    for (const heading of versions) assert.match(heading, /^## \[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d$/);
  });
});

/** The cells of every table whose first column has this heading. */
function rowsOf(markdown: string, heading: string): string[][] {
  const rows: string[][] = [];
  let inTable = false;
  for (const line of markdown.split('\n')) {
    const cells = line.startsWith('|') ? line.split('|').slice(1, -1) : [];
    const [first = ''] = cells.map((cell) => cell.trim());
    if (cells.length === 0) inTable = false;
    else if (first === heading) inTable = true;
    else if (inTable && !/^-+$/.test(first)) rows.push(cells.map((cell) => cell.trim()));
  }
  return rows;
}

function code(cell = ''): string {
  assert.match(cell, /^`[^`]*`$/);
  return cell.slice(1, -1);
}

function read(name: string): string {
  return fs.readFileSync(path.join(root, name), 'utf8');
}
