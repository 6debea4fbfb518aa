/** The words of a command, its program first. */
export type CommandWords = readonly string[];

/** The commands of a line, each of which reads the previous one's output, or a comment. */
export type Line = readonly CommandWords[] | string;

/** `powerShell` is PowerShell on Windows, where `az` is a batch file. Elsewhere it takes what Bash takes. */
export type AzureCliShell = 'bash' | 'powerShell';

/** The line at the top of a copy. */
export const headers: Readonly<Record<AzureCliShell, string>> = {
  bash: '# For Bash: Azure Cloud Shell, WSL, Git Bash, macOS, or Linux',
  powerShell: '# For PowerShell on Windows',
};

/** An option with its value. A value that starts with a hyphen would be read as an option. */
export function option(name: string, value: string): CommandWords {
  return value.startsWith('-') ? [`${name}=${value}`] : [name, value];
}

/** An option with several values. A single one is attached, so that az neither takes it for an option nor for a file. */
export function values(name: string, all: readonly string[]): CommandWords {
  const [first = ''] = all;
  return all.length === 1 && (first.startsWith('-') || isFile(first)) ? [`${name}=${first}`] : [name, ...all];
}

/** Writes lines for Bash. */
export function inBash(lines: readonly Line[]): string[] {
  return lines.flatMap((line) => {
    if (typeof line === 'string') return [`# ${line}`];
    const { commands, problem } = protect(line);
    const text = commands
      .map((words) => (isConverted(words) ? 'MSYS_NO_PATHCONV=1 ' : '') + words.map(quote).join(' '))
      .join(' | ');
    return problem === undefined ? [text] : [`# ${problem}`, `# ${text}`];
  });
}

/**
 * Keeps az from reading files: it replaces a word that starts with @, or a value that does after the first =, by the
 * file of that name if there is one (`_expand_file_prefixed_files` in azure-cli-core). A word read from standard input
 * stays as it is.
 * @returns `problem` if that isn't possible
 */
export function protect(line: readonly CommandWords[]): {
  readonly commands: readonly CommandWords[];
  readonly problem?: string;
} {
  const [words = []] = line;
  if (line.length > 1 || words[0] !== 'az') return { commands: line };
  const tags = words.indexOf('--tags');
  if (tags !== -1 && words.slice(tags + 1).some((word) => word.startsWith('-')))
    return {
      commands: line,
      problem: "The Azure CLI takes a tag whose name starts with a hyphen for an option, so this can't work:",
    };
  const files = words.filter(isFile);
  if (files.length === 0) return { commands: line };
  const [file = ''] = files;
  const value = file.slice(file.indexOf('@'));
  const commands = [
    ['printf', '%s', value],
    words.map((word) => (word === file ? `${word.slice(0, word.length - value.length)}@-` : word)),
  ];
  return files.length === 1
    ? { commands }
    : {
        commands: line,
        problem:
          'The Azure CLI may take a value that starts with @ for the name of a file, so check them first:',
      };
}

function isFile(word: string): boolean {
  const equals = word.indexOf('=');
  return /^@./s.test(equals === -1 ? word : word.slice(equals + 1));
}

/** Whether Git Bash would take a word for a path and rewrite it (MSYS2's path conversion). A placeholder may become one. */
function isConverted([program, ...words]: CommandWords): boolean {
  return program === 'az' && words.some((word) => /(?:^|[=:;,"'(@[])\/(?!\/)|<value>/.test(word));
}

/** Quotes a word of a bash command. Control characters could alter what a terminal shows or end the line, so they are escaped. */
function quote(word: string): string {
  if (/^[\w/:=.,+-]+$/.test(word)) return word;
  if (!/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/.test(word))
    return `'${word.replaceAll("'", String.raw`'\''`)}'`;
  const escaped = word.replace(/[\\']|[^\u0020-\u007e]/gu, (character) =>
    /['\\]/.test(character) ? `\\${character}` : escapeBytes(character),
  );
  return `$'${escaped}'`;
}

function escapeBytes(character: string): string {
  return [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}
