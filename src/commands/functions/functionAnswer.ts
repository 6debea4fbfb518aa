import * as l10n from '@vscode/l10n';
import type { FunctionAnswer } from '../../azure/appService/invoke';

/** An answer as a document: what was called, status, time, headers, body. JSON is indented. */
export function describeAnswer(called: string, answer: FunctionAnswer): string {
  const { status, milliseconds, headers, body, truncated } = answer;
  return [
    called,
    l10n.t('Status {0}, {1} ms', status, Math.round(milliseconds)),
    '',
    ...headers.map(([name, value]) => `${name}: ${value}`),
    '',
    indented(body),
    ...(truncated ? ['', l10n.t('(The rest of the body is not shown: it is too long.)')] : []),
    '',
  ].join('\n');
}

/** Left alone where indenting could change it: JavaScript rounds long numbers. */
function indented(body: string): string {
  if (/\d{16}/.test(body)) return body;
  const parsed = parseJson(body);
  return typeof parsed === 'object' && parsed !== null ? JSON.stringify(parsed, undefined, 2) : body;
}

/** @returns undefined where the text is no JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
