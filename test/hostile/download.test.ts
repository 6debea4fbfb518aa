import assert from 'node:assert/strict';
import fc from 'fast-check';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type * as transfer from '../../src/commands/files/siteFileTransfer';
import type { SiteFileTarget } from '../../src/inventory/targets';
import { filesBelow } from '../support/filesBelow';
import { temporaryFolder } from '../support/processes';
import { attack, seed } from './support/attack';
import { fileSystems, FileSystemError, FileType, person, Uri, withVscode } from './support/vscode';

const load = createRequire(__filename);
const { downloadFiles } = withVscode(
  () => load('../../src/commands/files/siteFileTransfer') as typeof transfer,
);

/** A folder of the server, as it lists it: names, and what they are said to be. A text is a file. */
type Listing = readonly (readonly [name: string, content: Listing | string])[];

const nasty = [
  ...['..', '.', '', '/', '\\', '../outside.txt', '..\\outside.txt', '../..', '..%2foutside.txt', '%2e%2e'],
  ...[
    '/outside',
    'C:',
    'C:\\outside.txt',
    'a:b',
    'NUL',
    'con.txt',
    'a\0b',
    'a\nb',
    'end.',
    'end ',
    '~',
    '$HOME',
  ],
  ...[
    '\u202etxt',
    '．．',
    '․․',
    'x'.repeat(300),
    '\ud800',
    '..\u0000',
    ' ..',
    '.. ',
    'link',
    'linked',
    'dangling',
  ],
];
const names = fc.oneof(
  fc.constantFrom(...nasty),
  fc.constantFrom('a', 'A', 'b', 'link', 'linked', 'dangling', 'é', 'e\u0301'),
  fc.string({ unit: fc.constantFrom(...Array.from('.\\/:ab% \0')), maxLength: 8 }),
);
const { listing: listings } = fc.letrec<{ listing: Listing; content: Listing | string }>((tie) => ({
  listing: fc.array(fc.tuple(names, tie('content')), { maxLength: 5 }),
  content: fc.oneof({ maxDepth: 3 }, fc.constant('from the server'), tie('listing')),
}));

/** What the chosen folder has already, in the folder that is downloaded. */
const existing = fc.subarray(['link', 'linked', 'dangling', 'a', 'b'] as const);

describe(`files that a hostile site names (KEYLESS_SEED=${seed})`, () => {
  it('are written only in the chosen folder, and never through a link', async () => {
    let written = 0;
    await attack(fc.tuple(listings, existing, fc.boolean()), 150, async ([listing, there, linked]) => {
      const work = temporaryFolder('hostile-download');
      try {
        const chosen = path.join(work.path, 'chosen');
        prepare(work.path, there, linked);
        const before = outside(work.path);
        fileSystems['hostile'] = serverOf(listing);
        person.folder = chosen;
        const uriOf = () => Uri.from({ scheme: 'hostile', authority: 'app', path: '/site/code' });
        const target = { app: { name: 'app' }, path: 'site/code', readOnly: false } as SiteFileTarget;
        const services = { siteUris: { uriOf } } as unknown as Parameters<typeof downloadFiles>[0];
        await downloadFiles(services, target).catch((error: unknown) => {
          if (error instanceof assert.AssertionError) throw error;
          assert.ok(['UserError', 'Error'].includes((error as Error).name), String(error));
          assert.ok(!(error instanceof TypeError), String(error));
        });
        assert.deepEqual(outside(work.path), before);
        written += filesBelow(chosen).filter(
          (file) => fs.readFileSync(file, 'utf8') === 'from the server',
        ).length;
      } finally {
        work.remove();
      }
    });
    assert.ok(written > 20, `${written} files were written`);
  });
});

function prepare(work: string, there: readonly string[], linked: boolean): void {
  const place = path.join(work, 'chosen', 'code');
  fs.mkdirSync(path.join(work, 'elsewhere'));
  fs.writeFileSync(path.join(work, 'outside.txt'), 'mine');
  fs.writeFileSync(path.join(work, 'elsewhere', 'a'), 'mine');
  fs.mkdirSync(path.dirname(place));
  if (linked) {
    fs.symlinkSync(path.join(work, 'elsewhere'), place);
    return;
  }
  if (there.length > 0) fs.mkdirSync(place);
  for (const name of there) {
    const link = { link: 'outside.txt', linked: 'elsewhere', dangling: 'none.txt' }[name];
    if (link === undefined) fs.writeFileSync(path.join(place, name), 'mine');
    else fs.symlinkSync(path.join(work, link), path.join(place, name));
  }
}

/** Everything outside the chosen folder, with its content. */
function outside(work: string): readonly string[] {
  const chosen = path.join(work, 'chosen');
  const names = fs
    .readdirSync(work, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(work, name));
  return names
    .filter((name) => !name.startsWith(chosen))
    .map((name) => (fs.lstatSync(name).isFile() ? `${name}: ${fs.readFileSync(name, 'utf8')}` : name))
    .sort();
}

/** A server with this folder at `/site/code`, and files above it that a path could lead to. */
function serverOf(listing: Listing): (typeof fileSystems)[string] {
  const root: Listing = [
    [
      'site',
      [
        ['code', listing],
        ['outside.txt', 'from the server'],
      ],
    ],
    ['outside.txt', 'from the server'],
  ];
  const find = ({ path: where }: Uri): Listing | string | undefined => {
    let at: Listing | string | undefined = root;
    for (const name of where.split('/').filter(Boolean))
      at = typeof at === 'object' ? at.find(([own]) => own === name)?.[1] : undefined;
    return at;
  };
  const typeOf = (content: Listing | string) =>
    typeof content === 'string' ? FileType.File : FileType.Directory;
  let left = 1000;
  const refuse = () => Promise.reject(FileSystemError.NoPermissions('It is read-only.'));
  return {
    stat: (uri) => Promise.resolve({ type: typeOf(find(uri) ?? []), mtime: 0, size: 1 }),
    readDirectory: (uri) => {
      if (left-- <= 0) throw new assert.AssertionError({ message: 'A path leads back to itself.' });
      const content = find(uri);
      return Promise.resolve(
        typeof content === 'object' ? content.map(([name, inside]) => [name, typeOf(inside)]) : [],
      );
    },
    readFile: () => Promise.resolve(Buffer.from('from the server')),
    writeFile: refuse,
    createDirectory: refuse,
  };
}
