import * as l10n from '@vscode/l10n';

/** Runs `act` in a language that has every text in brackets: what is outside of them was not translated. */
export function inBrackets<T>(act: () => T): T {
  const contents = new Proxy({}, { get: (_, text) => `⟦${String(text)}⟧` });
  l10n.config({ contents });
  try {
    return act();
  } finally {
    l10n.config({ contents: {} });
  }
}

/** Whether a text of {@link inBrackets} is one translated text, and not several that were put together. */
export function isWhole(text: string): boolean {
  const withoutValues = text.replace(/(?<=.)⟦[^⟦⟧]*⟧(?=.)/g, '');
  return withoutValues === text ? /^⟦[^⟦⟧]*⟧$/.test(text) : isWhole(withoutValues);
}
