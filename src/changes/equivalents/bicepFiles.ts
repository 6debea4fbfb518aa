/**
 * Joins the parts of several changes. Changes share a file if they deploy to the same place and declare different
 * symbols; otherwise each becomes a file of its own, or what to add to an existing one, under a comment with its number.
 * @param changes for each change, its parts: a comment that says where to deploy, then declarations
 */
export function joinParts(changes: readonly (readonly string[])[]): string {
  const files: string[][] = [];
  for (const parts of changes) {
    const file = files.find((others) => canShare(others, parts));
    if (file) file.push(...parts.filter((part) => !file.includes(part)));
    else files.push([...parts]);
  }
  const texts = files.map((parts) => parts.join('\n\n'));
  if (texts.length <= 1) return texts.join('');
  return texts.map((text, index) => `// Part ${index + 1} of ${texts.length}\n${text}`).join('\n\n');
}

/** A text that declares nothing, such as commands in comments, stays alone. */
function canShare(file: readonly string[], parts: readonly string[]): boolean {
  const declared = new Set(file.flatMap(namesIn));
  const added = parts.filter((part) => !file.includes(part)).flatMap(namesIn);
  return file[0] === parts[0] && declared.size > 0 && !added.some((name) => declared.has(name));
}

/** The symbol that a part declares, and which resource it stands for: a file may declare each only once. */
function namesIn(part: string): string[] {
  const [, symbol, type] = /^(?:resource|param) (\w+)(?: ('[^']*'))?/m.exec(part) ?? [];
  const [, name] = /^ {2}name: (.*)$/m.exec(part) ?? [];
  return symbol === undefined ? [] : [symbol, `${type} ${name}`];
}
