import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../support/paths';

interface Metafile {
  outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>;
}

describe('NOTICE.txt, which the build makes', () => {
  const notice = fs.readFileSync(path.join(root, 'dist/NOTICE.txt'), 'utf8');

  it('names every package that is in the extension, with its version and license', () => {
    const { outputs } = JSON.parse(fs.readFileSync(path.join(root, 'dist/meta.json'), 'utf8')) as Metafile;
    const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
    const bundled = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file);
    const folders = bundled.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
    assert.ok(new Set(folders).size > 20);
    for (const folder of new Set(folders)) {
      const text = fs.readFileSync(path.join(root, folder, 'package.json'), 'utf8');
      const { name, version, license } = JSON.parse(text) as Record<string, string>;
      assert.ok(notice.includes(`\n${name} ${version} (${license})\n`), folder);
    }
  });

  it("names the packages of the sandbox, of its functions' processes and of pages", () => {
    for (const name of ['@peculiar/asn1-schema', '@azure/identity', '@vscode/l10n'])
      assert.match(notice, new RegExp(`^${name} [\\d.]+ \\(MIT\\)$`, 'm'));
  });

  it('has the text of every license', () => {
    const rule = `\n${'-'.repeat(80)}\n`;
    const [, ...parts] = notice.split(rule);
    assert.ok(parts.length > 10);
    for (const part of parts) assert.match(part, /Copyright|\(c\)|©/i, part.slice(0, 200));
    for (const part of parts)
      assert.match(
        part,
        /deal\s+in\s+the\s+Software|Apache License|Permission to use|Redistribution/,
        part.slice(0, 200),
      );
  });
});
