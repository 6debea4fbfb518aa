import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { filesBelow } from '../support/filesBelow';
import { root } from '../support/paths';
import { temporaryFolder } from '../support/processes';

interface Rules {
  arrows: Readonly<Record<string, readonly string[]>>;
  withoutVscode: readonly string[];
}

interface Report {
  summary: { violations: { from: string; to: string; rule: { name: string } }[] };
}

const configuration = path.join(root, '.dependency-cruiser.mjs');

/** What lint says about a project that has just these files. */
async function violationsIn(files: Readonly<Record<string, string>>): Promise<string[]> {
  const work = temporaryFolder('imports');
  try {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(work.path, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
    }
    fs.copyFileSync(path.join(root, 'tsconfig.json'), path.join(work.path, 'tsconfig.json'));
    const program = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const args = [program, 'src', '--config', configuration, '--output-type', 'json'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: work.path });
    const { summary } = JSON.parse(stdout) as Report;
    return [...new Set(summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`))].sort();
  } finally {
    work.remove();
  }
}

describe('allowed imports', () => {
  it('accept an import along an arrow, and types along an arrow of types', async () => {
    const files = {
      'src/azure/core/model.ts': 'export interface App { readonly id: string }\nexport const one = 1;\n',
      'src/access/rule.ts':
        "import type { App } from '../azure/core/model';\nexport const rule = (app: App) => app;\n",
      'src/grants/grant.ts':
        "import { one } from '../azure/core/model';\nexport const lazy = () => import('../access/rule');\nexport const two = one;\n",
    };
    assert.deepEqual(await violationsIn(files), []);
  });

  it('reject a static import against the arrows', async () => {
    const files = {
      'src/ui/prompt.ts': 'export const prompt = 1;\n',
      'src/azure/core/request.ts':
        "import { prompt } from '../../ui/prompt';\nexport const request = prompt;\n",
    };
    assert.deepEqual(await violationsIn(files), ['src/azure/core/request.ts: arrows-of-azure/core']);
  });

  it('reject a dynamic import against the arrows', async () => {
    const files = {
      'src/ui/prompt.ts': 'export const prompt = 1;\n',
      'src/azure/core/request.ts': "export const request = () => import('../../ui/prompt');\n",
    };
    assert.deepEqual(await violationsIn(files), ['src/azure/core/request.ts: arrows-of-azure/core']);
  });

  it('reject a value where only types are allowed, by a dynamic import too', async () => {
    const files = {
      'src/azure/core/model.ts': 'export const one = 1;\n',
      'src/access/rule.ts': "import { one } from '../azure/core/model';\nexport const rule = one;\n",
      'src/access/lazyRule.ts': "export const rule = () => import('../azure/core/model');\n",
    };
    assert.deepEqual(await violationsIn(files), [
      'src/access/lazyRule.ts: types-for-access',
      'src/access/rule.ts: types-for-access',
    ]);
  });

  it('reject a cycle, of types too', async () => {
    const files = {
      'src/access/one.ts': "import type { Two } from './two';\nexport interface One { two: Two }\n",
      'src/access/two.ts': "import type { One } from './one';\nexport interface Two { one?: One }\n",
    };
    assert.deepEqual(await violationsIn(files), ['src/access/one.ts: no-cycles']);
  });

  it('reject vscode where the code must work without it', async () => {
    const files = {
      'src/grants/apply.ts': "import type * as vscode from 'vscode';\nexport type Uri = vscode.Uri;\n",
    };
    assert.deepEqual(await violationsIn(files), ['src/grants/apply.ts: without-vscode']);
  });

  it('are the ones that CONTRIBUTING.md lists', async () => {
    const { arrows, withoutVscode } = (await import(configuration)) as Rules;
    const text = fs.readFileSync(path.join(root, 'CONTRIBUTING.md'), 'utf8');
    const listed = [...text.matchAll(/^\| `([\w/]+)` \| (.*?) \|$/gm)].map(
      ([, folder = '', allowed = '']) => [
        folder,
        [...allowed.matchAll(/(types of )?`([\w/]+)`/g)].map(([, types, name = '']) =>
          types ? `type:${name}` : name,
        ),
      ],
    );
    assert.deepEqual(Object.fromEntries(listed), arrows);
    const without = /Without `vscode`: (.*)\./.exec(text)?.[1];
    assert.deepEqual(
      [...(without ?? '').matchAll(/`([\w/]+)`/g)].map(([, name]) => name),
      withoutVscode,
    );
  });
});

describe('the folders of the client', () => {
  it('have at most 18 files', () => {
    const files = filesBelow(path.join(root, 'src')).map((file) => path.relative(root, file));
    const client = files.filter((file) => !file.startsWith(path.join('src', 'sandbox', path.sep)));
    const sizes = [...Map.groupBy(client, (file) => path.dirname(file))].map(
      ([folder, { length }]) => [folder, length] as const,
    );
    assert.ok(sizes.length > 18, 'the folders were found');
    assert.deepEqual(
      sizes.filter(([, size]) => size > 18),
      [],
    );
  });
});
