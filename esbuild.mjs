// Builds the product into dist/ and, with --tests, every source file one by one into out/ for mocha.
//   node esbuild.mjs [--production] [--watch] [--tests] [--outdir FOLDER]
import * as esbuild from 'esbuild';
import { globSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { noticeOf } from './notice.mjs';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const tests = process.argv.includes('--tests');
const dist = process.argv.includes('--outdir') ? process.argv[process.argv.indexOf('--outdir') + 1] : 'dist';

const common = {
  platform: 'node',
  target: 'node22',
  sourcemap: production ? false : 'linked',
  minify: production,
  legalComments: 'none', // the licenses are in NOTICE.txt
  metafile: true,
  logLevel: 'warning',
};

/**
 * The extension, split at each `import()`. esbuild splits ES modules only, and a CommonJS bundle would inline
 * every lazy part into the activation file: so it is split as ES modules and each piece is then turned to CommonJS.
 */
const extension = {
  ...common,
  sourcemap: production ? false : 'inline',
  bundle: true,
  entryPoints: { extension: 'src/extension.ts' },
  external: ['vscode'],
  format: 'esm',
  splitting: true,
  outdir: dist,
  chunkNames: 'parts/[hash]',
  write: false,
  mainFields: ['module', 'main'],
  plugins: [
    {
      name: 'commonjs-pieces',
      setup(build) {
        build.onEnd(async (result) => {
          if (result.errors.length) return;
          await fs.rm(path.join(dist, 'parts'), { recursive: true, force: true });
          await fs.mkdir(path.join(dist, 'parts'), { recursive: true });
          const shared = production ? await helpers() : undefined;
          if (shared) await fs.writeFile(path.join(dist, 'parts', helpersFile), shared.code);
          for (const file of result.outputFiles ?? [])
            await fs.writeFile(file.path, await commonJs(file, shared?.names));
          await fs.writeFile(path.join(dist, 'meta.json'), JSON.stringify(result.metafile));
        });
      },
    },
  ],
};

/**
 * A piece as CommonJS; the minified ones share esbuild's helpers, which would be a tenth of all code otherwise.
 * @param shared the names of these helpers, for a piece that should be minified
 */
async function commonJs({ text, path: file }, shared) {
  const piece = await toCommonJs(text, shared ? false : 'inline');
  if (!shared) return piece;
  const end = piece.indexOf(afterHelpers);
  if (end < 0) return minified(piece);
  const own = piece.slice(end);
  const names = namesIn(piece.slice(0, end)).filter((name) => own.includes(name));
  const missing = names.filter((name) => !shared.includes(name));
  if (missing.length > 0) throw new Error(`${helpersFile} lacks ${missing.join(', ')}`);
  const from = path.dirname(file) === path.resolve(dist) ? './parts' : '.';
  return minified(`var { ${names.join(', ')} } = require('${from}/${helpersFile}');\n${own}`);
}

/** A module of all helpers that pieces use. */
async function helpers() {
  const all = await toCommonJs(`import * as all from './all'; export { all };`, false);
  const own = all.slice(0, all.indexOf(afterHelpers));
  const names = namesIn(own);
  return { names, code: await minified(`${own}module.exports = { ${names.join(', ')} };`) };
}

const namesIn = (code) => [...code.matchAll(/^var (\w+) = /gm)].map(([, name]) => name);
const helpersFile = 'helpers.js';
/** What esbuild writes after its helpers. */
const afterHelpers = 'var stdin_exports = {};';

async function toCommonJs(code, sourcemap) {
  const piece = await esbuild.transform(code, {
    format: 'cjs',
    // For Node.js, each piece would list its exports a second time, for imports from ES modules.
    platform: 'neutral',
    target: 'node22',
    sourcemap,
    supported: { 'dynamic-import': false },
  });
  return piece.code;
}

async function minified(code) {
  const options = { format: 'cjs', platform: 'neutral', target: 'node22', minify: true };
  return (await esbuild.transform(code, options)).code;
}

/** The sandbox is a program of its own, and ships the SDK that its functions use as one more file. */
const sandbox = {
  ...common,
  bundle: true,
  entryPoints: { sandbox: 'src/sandbox/main.ts' },
  format: 'cjs',
  outdir: dist,
  mainFields: ['module', 'main'], // an eighth smaller: ES modules lose what is not used
};

/** What runs in the processes of the sandbox's function apps: a small worker, and the Azure SDK for their functions. */
const functions = {
  ...common,
  bundle: true,
  entryPoints: {
    'function-worker': 'src/sandbox/web/host/worker/worker.ts',
    'function-sdk': 'src/sandbox/web/host/worker/sdk.ts',
  },
  format: 'cjs',
  outdir: dist,
  // Nobody debugs into it, and a function that starts waits for it.
  minify: true,
  sourcemap: false,
  mainFields: ['module', 'main'],
};

/** What runs in the pages of webviews. */
const page = { ...common, bundle: true, platform: 'browser', format: 'iife', target: 'es2024' };
const map = {
  ...page,
  entryPoints: ['src/map/view/main.ts', 'src/map/view/main.css'],
  outdir: `${dist}/map`,
};
const report = {
  ...page,
  entryPoints: ['src/reports/view/main.ts', 'src/reports/view/main.css'],
  outdir: `${dist}/report`,
};
const keys = {
  ...page,
  entryPoints: ['src/keys/view/main.ts', 'src/keys/view/main.css'],
  outdir: `${dist}/keys`,
};

/** Each file by itself, so that tests can reach every module. */
const eachFile = {
  ...common,
  sourcemap: 'linked',
  bundle: false,
  format: 'cjs',
  outdir: 'out',
  outbase: '.',
  loader: { '.json': 'copy' },
  supported: { 'dynamic-import': false },
};

async function main() {
  const builds = [extension, sandbox, functions, map, report, keys];
  if (tests) {
    const entryPoints = globSync(['src/**/*.ts', 'src/**/*.json', 'test/**/*.ts']);
    await removeOrphans(entryPoints);
    builds.push({ ...eachFile, entryPoints });
  }
  if (!watch) {
    const results = await Promise.all(builds.map((options) => esbuild.build(options)));
    await fs.writeFile(path.join(dist, 'NOTICE.txt'), noticeOf(results.map(({ metafile }) => metafile)));
    return;
  }
  console.log('building'); // .vscode/tasks.json waits for these two words
  const contexts = await Promise.all(builds.map((options) => esbuild.context(options)));
  await Promise.allSettled(contexts.map((context) => context.rebuild())); // errors are printed, and can be fixed while watching
  for (const context of contexts) await context.watch();
  console.log('watching');
}

/** A test whose source is gone must not run on. */
async function removeOrphans(sources) {
  const compiled = new Set(sources.map((file) => path.join('out', file.replace(/\.[^.]+$/, ''))));
  for (const file of globSync(['out/src/**/*.js', 'out/test/**/*.js']))
    if (!compiled.has(file.replace(/\.js$/, ''))) await fs.rm(file);
}

await main();
