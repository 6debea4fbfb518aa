/** Rows as CSV for spreadsheets. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/**
 * A spreadsheet reads a cell that starts like this as a formula, also with characters of East Asian width (OWASP, CSV
 * injection). An apostrophe makes it text.
 */
function cell(text: string): string {
  const harmless = /^\s*[=+\-@\t\r|%\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
