/** Checks of what a page and the extension send each other. */

/** Azure's IDs and names are far shorter than this limit. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 2000;
}

export function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= 10_000 && value.every(isText);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
