import fs from 'node:fs';
import path from 'node:path';
import { root } from '../paths';

/** Phrases that we don't write, and what to write instead. `~` matches verb endings. A phrase may span lines. */
const banned: readonly (readonly [phrases: string, instead: string])[] = [
  ['can not', "can't"],
  ['whoever, whosoever', 'anyone who, callers that, users who'],
  ['mean~ nobody, means no one', 'is orphaned'],
  ['is told, are told, was told, were told, be told, being told', 'name who says what: "Keyless reports …"'],
  ['unless told, if told, as told', 'unless specified'],
  ['mend, mends, mended, mending, mendings', 'fix'],
  ['have it again, has it again, had it again, had back, have back', 'reuse, restore'],
  ['be had', 'be fetched, be obtained, be available'],
  ['what is there, what was there', 'name it: the existing files, the current settings'],
  ['what there is, what there was', 'name it'],
  ['by a reason, for a reason of its own', 'because of, for another reason'],
  ['takes its time, take their time, take its time, taking its time', 'takes a while, long-running'],
  ['goes round, go round, went round', 'bypasses, avoids'],
  ['graver', 'more severe'],
  ['that long, so long as', 'for that time, as long as'],
  ['is to be, are to be, was to be, were to be', 'should be, will be, must be'],
  ['it is said, is said to', 'name who says what'],
  ['in the midst', 'during, halfway'],
  ['for ever', 'forever'],
  ['lets go of, let go of', 'releases, drops'],
  ['broken off', 'interrupted'],
  ['takes back, take back, taken back, took back', 'undoes, revokes, removes'],
  ['whereof, whereat, wherein, whereupon, therein, thereof, hereby, whatsoever', 'say it plainly'],
  ['till', 'until'],
];

/** Files that quote the phrases. */
const exempt = ['test/support/texts/phrases.ts', 'test/unit/support/phrases.test.ts', 'notice.mjs'];

/** White space, including the start of the next line of a comment. */
const separator = /(?:\s|\*|\/\/|#)+/g;

/** Azure's own texts, which the rules don't apply to. */
const quotes = ['represents a directory which can not be updated'];

const rules = banned.map(([phrases, instead]) => ({
  pattern: new RegExp(`(?<![\\w-])(?:${phrases.split(', ').map(toPattern).join('|')})(?![\\w-])`, 'gi'),
  instead,
}));

/** Source code, tests, settings and Markdown files. */
export function proseFiles(): string[] {
  const globs = ['{src,test}/**/*.{ts,css,py}', '{*,docs/**/*,.ci/**/*}.md', '*.{mjs,ts}', 'package*.json'];
  const ignored = /^(package-lock\.json|src\/sandbox\/data\/)/;
  const files = fs.globSync(globs, { cwd: root }).sort();
  return files.filter((file) => !ignored.test(file) && !exempt.includes(file));
}

/** One line for each banned phrase, with its location and what to write instead. */
export function bannedPhrases(file: string, text = fs.readFileSync(path.join(root, file), 'utf8')): string[] {
  const ours = quotes.reduce((rest, quote) => rest.replaceAll(quote, ' '.repeat(quote.length)), text);
  return rules.flatMap(({ pattern, instead }) =>
    [...ours.matchAll(pattern)].map(({ index, 0: found }) => {
      const line = text.slice(0, index).split('\n').length;
      return `${file}:${line} "${found.replace(separator, ' ')}": write ${instead}`;
    }),
  );
}

function toPattern(phrase: string): string {
  return phrase.replace('~', '(?:s|ed|ing)?').replaceAll(' ', separator.source);
}
