/** How Kusto converts values: JSON values, with `null` for missing ones. */

export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return JSON.stringify(value);
}

export function truthOf(value: unknown): boolean {
  return typeof value === 'string'
    ? value.toLowerCase() === 'true'
    : value === true || (typeof value === 'number' && value !== 0);
}

/** Nothing equals null. A boolean in a dynamic column equals its text, because both are dynamic. */
export function equalValues(left: unknown, right: unknown): boolean {
  if (left === null || left === undefined || right === null || right === undefined) return false;
  if (typeof left === typeof right && typeof left !== 'object') return left === right;
  if (typeof left === 'object' || typeof right === 'object')
    return JSON.stringify(left) === JSON.stringify(right);
  return textOf(left).toLowerCase() === textOf(right).toLowerCase();
}

/** Compares numbers by size, everything else as text. */
export function compareValues(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [one, other] = [textOf(left), textOf(right)];
  return one < other ? -1 : one > other ? 1 : 0;
}

/**
 * Text comparisons; those without `_cs` ignore case. `has` looks for whole terms: runs of letters and digits.
 */
export const textComparisons: Record<string, (text: string, part: string) => boolean> = {
  contains: (text, part) => text.toLowerCase().includes(part.toLowerCase()),
  contains_cs: (text, part) => text.includes(part),
  startswith: (text, part) => text.toLowerCase().startsWith(part.toLowerCase()),
  startswith_cs: (text, part) => text.startsWith(part),
  endswith: (text, part) => text.toLowerCase().endsWith(part.toLowerCase()),
  endswith_cs: (text, part) => text.endsWith(part),
  has: (text, part) => hasTerm(text.toLowerCase(), part.toLowerCase()),
  has_cs: hasTerm,
  'matches regex': (text, part) => matchesRegex(text, part),
};

function hasTerm(text: string, part: string): boolean {
  const isTermCharacter = (sign: string) => /[\p{L}\p{N}]/u.test(sign);
  for (let at = text.indexOf(part); at >= 0 && part !== ''; at = text.indexOf(part, at + 1)) {
    const before = isTermCharacter(text.charAt(at - 1)) && isTermCharacter(part.charAt(0));
    const after =
      isTermCharacter(text.charAt(at + part.length)) && isTermCharacter(part.charAt(part.length - 1));
    if (!before && !after) return true;
  }
  return part === '';
}

function matchesRegex(text: string, pattern: string): boolean {
  try {
    return new RegExp(pattern).test(text);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
