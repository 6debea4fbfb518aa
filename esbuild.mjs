// Builds the product into dist/ and, with --tests, every source file one by one into out/ for mocha.
//   node esbuild.mjs [--production] [--watch] [--tests]
import * as esbuild from 'esbuild';
import { globSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const tests = process.argv.includes('--tests');

const common = {
  platform: 'node',
  target: 'node22',
  sourcemap: production ? false : 'linked',
  minify: production,
  legalComments: 'none',
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
  outdir: 'dist',
  chunkNames: 'parts/[name]-[hash]',
  metafile: true,
  write: false,
  mainFields: ['module', 'main'],
  plugins: [
    {
      name: 'commonjs-pieces',
      setup(build) {
        build.onEnd(async (result) => {
          if (result.errors.length) return;
          await fs.rm('dist/parts', { recursive: true, force: true });
          for (const file of result.outputFiles ?? []) {
            const piece = await esbuild.transform(file.text, {
              format: 'cjs',
              platform: 'node',
              target: 'node22',
              minify: production,
              sourcemap: production ? false : 'inline',
              supported: { 'dynamic-import': false },
            });
            await fs.mkdir(path.dirname(file.path), { recursive: true });
            await fs.writeFile(file.path, piece.code);
          }
          await fs.writeFile('dist/meta.json', JSON.stringify(result.metafile));
        });
      },
    },
  ],
};

/** The sandbox is a program of its own, and ships the SDK that its functions use as one more file. */
const sandbox = {
  ...common,
  bundle: true,
  entryPoints: { sandbox: 'src/sandbox/main.ts' },
  format: 'cjs',
  outdir: 'dist',
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
  const builds = [extension, sandbox];
  if (tests)
    builds.push({ ...eachFile, entryPoints: globSync(['src/**/*.ts', 'src/**/*.json', 'test/**/*.ts']) });
  if (!watch) {
    await Promise.all(builds.map((options) => esbuild.build(options)));
    return;
  }
  for (const options of builds) await (await esbuild.context(options)).watch();
  console.log('watching');
}

await main();
