import * as l10n from '@vscode/l10n';

/** Runs `act` in a language that puts every text in brackets. Anything outside of brackets wasn't translated. */
export function inBrackets<T>(act: () => T): T {
  const contents = new Proxy({}, { get: (_, text) => `⟦${String(text)}⟧` });
  l10n.config({ contents });
  try {
    return act();
  } finally {
    l10n.config({ contents: {} });
  }
}

/** Whether a text from {@link inBrackets} is a single translated text and isn't made of several. */
export function isWhole(text: string): boolean {
  const withoutValues = text.replace(/(?<=.)⟦[^⟦⟧]*⟧(?=.)/g, '');
  return withoutValues === text ? /^⟦[^⟦⟧]*⟧$/.test(text) : isWhole(withoutValues);
}
