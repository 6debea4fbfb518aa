import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../support/paths';

const manifest = readJson('package.json');
const texts = readJson('package.nls.json') as Record<string, string>;

/** Properties in package.json that users see. */
const spoken = new Set([
  ...['title', 'shortTitle', 'label', 'name', 'contextualTitle'],
  ...['accessibilityHelpContent', 'contents', 'altText'],
  ...['description', 'markdownDescription', 'deprecationMessage', 'markdownDeprecationMessage'],
  ...['enumItemLabels', 'enumDescriptions', 'markdownEnumDescriptions', 'patternErrorMessage'],
]);

describe('texts of package.json', () => {
  const { contributes, description } = manifest as { contributes: unknown; description: string };
  const found = [description, ...spokenTexts(contributes)];

  it('are in package.nls.json, except for the product name', () => {
    const plain = found.filter((text) => !isKey(text));
    assert.deepEqual([...new Set(plain)], ['Keyless']);
  });

  it('are complete, with no unused ones', () => {
    const used = found.filter(isKey).map((text) => text.slice(1, -1));
    assert.deepEqual([...new Set(used)].sort(), Object.keys(texts).sort());
  });

  it('can be translated without leaving any English', () => {
    const language = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, `⟦${text}⟧`]));
    const shown = found.map((text) => (isKey(text) ? (language[text.slice(1, -1)] ?? text) : text));
    for (const text of shown) assert.ok(text === 'Keyless' || /^⟦[^]+⟧$/.test(text), text);
  });
});

function isKey(text: string): boolean {
  return /^%[\w.-]+%$/.test(text);
}

function spokenTexts(value: unknown, name = ''): string[] {
  if (typeof value === 'string') return spoken.has(name) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => spokenTexts(item, name));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(
    ([key, item]) => (key === 'formatting' ? [] : spokenTexts(item, key)), // only placeholders
  );
}

function readJson(name: string): unknown {
  return JSON.parse(fs.readFileSync(path.join(root, name), 'utf8'));
}
