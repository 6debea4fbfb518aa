// Collects the licenses of every bundled package. The build calls it with esbuild's metafiles.
import fs from 'node:fs';
import path from 'node:path';

/**
 * @param {import('esbuild').Metafile[]} metafiles of every shipped bundle
 * @returns {string} each license text once, preceded by the packages that use it
 */
export function noticeOf(metafiles) {
  const packages = new Map(bundledFolders(metafiles).map((folder) => [folder, readPackage(folder)]));
  const byText = new Map();
  for (const { name, text } of packages.values()) byText.set(text, [...(byText.get(text) ?? []), name]);
  const parts = [...byText].map(([text, names]) => `${[...new Set(names)].sort().join('\n')}\n\n${text}`);
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return (
    ['Keyless for Azure includes these packages, under these licenses.', ...parts.sort()].join(rule) + '\n'
  );
}

/** Folders of the packages that contribute at least one byte to a bundle, sorted. */
function bundledFolders(metafiles) {
  const folders = new Set();
  for (const { outputs } of metafiles)
    for (const { inputs } of Object.values(outputs))
      for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
        const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
        if (folder && bytesInOutput > 0) folders.add(folder);
      }
  return [...folders].sort();
}

function readPackage(folder) {
  const { name, version, license, author } = JSON.parse(
    fs.readFileSync(path.join(folder, 'package.json'), 'utf8'),
  );
  if (typeof license !== 'string') throw new Error(`${folder} doesn't name its license.`);
  const files = fs.readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)\b/i.test(file));
  const texts = files.sort().map((file) => fs.readFileSync(path.join(folder, file), 'utf8'));
  const text = texts.map((each) => each.replaceAll('\r\n', '\n').trim()).join('\n\n');
  return { name: `${name} ${version} (${license})`, text: text || withoutFile(folder, license, author) };
}

/** For a package that comes without a license file. Its package.json names the license and who has the copyright. */
function withoutFile(folder, license, author) {
  if (license !== 'MIT') throw new Error(`${folder} has no license file.`);
  const holder = typeof author === 'string' ? author : author?.name;
  if (!holder) throw new Error(`${folder} doesn't name a copyright holder.`);
  return `Copyright (c) ${holder}\n\n${mit}`;
}

const mit = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
