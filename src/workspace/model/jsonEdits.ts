import { applyEdits, modify } from 'jsonc-parser';

/** Sets or adds a value in JSON with comments, in the file's own indentation; undefined removes it. */
export function withJson(text: string, path: (string | number)[], value: unknown): string {
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
  const formattingOptions = {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 1 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
  return applyEdits(text, modify(text, path, value, { formattingOptions }));
}
