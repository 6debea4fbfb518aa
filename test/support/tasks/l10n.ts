// npm run l10n: writes all texts in the code to l10n/bundle.l10n.json, for translators. Git ignores the file.
import { getL10nJson } from '@vscode/l10n-dev';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../paths';
import { sourcesOf, translatedTexts } from '../texts/sourceTexts';
import { runTask } from '../runTask';

async function main(): Promise<void> {
  const sources = sourcesOf('.').filter(({ fileName }) => !fileName.startsWith('src/sandbox/'));
  const bundle = await getL10nJson(sources.map(({ text }) => ({ extension: '.ts', contents: text })));
  // The tests have a separate collector, which is faster and knows each text's location. Both must find the same texts.
  const found = new Set(sources.flatMap(translatedTexts).map(({ text }) => text ?? ''));
  const missing = [...found].filter((text) => !(text in bundle));
  if (missing.length > 0) throw new Error(`These texts can't be collected:\n${missing.join('\n')}`);
  const folder = path.join(root, 'l10n');
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'bundle.l10n.json');
  fs.writeFileSync(file, `${JSON.stringify(bundle, undefined, 2)}\n`);
  console.log(`${path.relative(root, file)}: ${Object.keys(bundle).length} texts`);
}

void runTask(main);
