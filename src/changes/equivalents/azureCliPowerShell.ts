import type { Line, CommandWords } from './azureCliText';
import { inBash, protect } from './azureCliText';
import { quote } from './powerShellText';

/**
 * Writes lines for PowerShell on Windows. There `az` is az.cmd, so cmd.exe parses each word again: without quotes of its
 * own it loses a `)` at the end and stops at `&` (azure-cli#18186, #20338, #14783, and "Quoting issues with PowerShell"
 * in azure-cli's documentation).
 */
export function inPowerShell(lines: readonly Line[]): string[] {
  if (lines.some((line) => typeof line !== 'string' && !canPass(line)))
    return [
      "# PowerShell can't pass these values to az.cmd. Run this in Bash:",
      ...inBash(lines).map((line) => `# ${line}`),
    ];
  return lines.flatMap((line) => {
    if (typeof line === 'string') return [`# ${line}`];
    const { commands, problem } = protect(line);
    const text = commands.map(commandOf).join(' | ');
    return problem === undefined ? [text] : [`# ${problem}`, `# ${text}`];
  });
}

/** cmd.exe expands %name% even in quotes, a quotation mark ends them, and a line break ends the command. */
function canPass(line: readonly CommandWords[]): boolean {
  return line.every(([program, ...words]) =>
    words.every((word) =>
      program === 'az' ? !/[%\r\n\u0000]/.test(word) && areQuotesSafe(word) : !word.includes('"'),
    ),
  );
}

/** What is outside of quotes for cmd.exe must not mean anything to it. */
function areQuotesSafe(word: string): boolean {
  return word.split('"').every((part, index) => index % 2 === 0 || /^[\w/:.,{}[\]\\-]*$/.test(part));
}

function commandOf([program = '', ...words]: CommandWords): string {
  switch (program) {
    case 'printf':
      return quote(words[1] ?? '');
    case 'curl':
      // In Windows PowerShell, curl is an alias of Invoke-WebRequest.
      return ['curl.exe', ...words.map((word) => (isPlain(word) ? word : quote(word)))].join(' ');
    default:
      return [program, ...words.map((word) => (isPlain(word) ? word : quote(inQuotes(word))))].join(' ');
  }
}

function isPlain(word: string): boolean {
  return /^(?:--)?[A-Za-z][\w-]*$/.test(word);
}

/** Backslashes before a quotation mark are doubled, since they would escape it. */
function inQuotes(word: string): string {
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')}"`;
}
