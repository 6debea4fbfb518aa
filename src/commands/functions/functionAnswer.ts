import * as l10n from '@vscode/l10n';
import { parseJson } from '../../azure/core/json';
import type { FunctionAnswer } from '../../azure/appService/invoke';

/** A function's answer as a document: what was called, status, time, headers, and body. JSON is indented. */
export function describeAnswer(called: string, answer: FunctionAnswer): string {
  const { status, milliseconds, headers, body, truncated } = answer;
  return [
    called,
    l10n.t('Status {0}, {1} ms', status, Math.round(milliseconds)),
    '',
    ...headers.map(([name, value]) => `${name}: ${value}`),
    '',
    indented(body),
    ...(truncated ? ['', l10n.t("(The rest of the body isn't shown because it's too long.)")] : []),
    '',
  ].join('\n');
}

/** Indents JSON. A body with long numbers is left alone, because JavaScript would round them. */
function indented(body: string): string {
  if (/\d{16}/.test(body)) return body;
  const parsed = parseJson(body);
  return typeof parsed === 'object' && parsed !== null ? JSON.stringify(parsed, undefined, 2) : body;
}
