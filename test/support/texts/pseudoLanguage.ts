import fs from 'node:fs';
import path from 'node:path';
import { root } from '../paths';
import { sourcesOf, translatedTexts } from './sourceTexts';

/** VS Code's name for a language that no one speaks. */
export const pseudoLanguage = 'qps-ploc';

/**
 * Translates a text. Words are put in ⟦ ⟧ and made a third longer. Values, icons, link targets and code stay outside the
 * brackets.
 */
export function inPseudo(text: string): string {
  const pieces = text.split(/(\{\d+\}|\$\([^)]*\)|\]\([^)]*\)|\[|\n|`[^`]*`)/);
  return pieces.map((piece, index) => (index % 2 === 0 ? marked(piece) : piece)).join('');
}

/** The parts of a text outside of ⟦ ⟧. The last bracket may be missing because the text is cut off on screen. */
export function outsideOfPseudo(text: string): string {
  return text.replace(/⟦[^⟦⟧]*(⟧|$)/g, ' ');
}

/** Adds the language to an installed extension, with every text in package.nls.json and in the code. */
export function addPseudoLanguage(extension: string): void {
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.nls.json'), 'utf8')) as Record<
    string,
    string
  >;
  const shown = Object.entries(manifest).map(([key, text]) => [key, inPseudo(text)] as const);
  fs.writeFileSync(
    path.join(extension, `package.nls.${pseudoLanguage}.json`),
    JSON.stringify(Object.fromEntries(shown)),
  );
  const texts = sourcesOf('.').flatMap(translatedTexts);
  const bundle = texts.flatMap(({ text }) => (text === undefined ? [] : [[text, inPseudo(text)] as const]));
  fs.mkdirSync(path.join(extension, 'l10n'), { recursive: true });
  fs.writeFileSync(
    path.join(extension, 'l10n', `bundle.l10n.${pseudoLanguage}.json`),
    JSON.stringify(Object.fromEntries(bundle)),
  );
}

function marked(piece: string): string {
  const [, before = '', words = '', after = ''] = /^(\s*)([^]*?)(\s*)$/.exec(piece) ?? [];
  if (!/[a-z]/i.test(words)) return piece;
  const longer = '·'.repeat(Math.ceil(words.length / 3)).replace(/·{6}(?=·)/g, '$& ');
  return `${before}⟦${words.replace(/[aeiou]/gi, (vowel) => accents[vowel] ?? vowel)} ${longer}⟧${after}`;
}

const accents: Readonly<Record<string, string>> = {
  ...{ a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú' },
  ...{ A: 'Á', E: 'É', I: 'Í', O: 'Ó', U: 'Ú' },
};
