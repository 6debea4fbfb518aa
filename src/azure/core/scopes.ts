/**
 * The scope for a token of an audience: `https://management.core.windows.net/.default`, with one slash whether or not
 * the audience ends in one. VS Code finds a session only by the exact scopes it was created with, so always use this.
 */
export function scopeOf(audience: string): string {
  return `${audience.replace(/\/$/, '')}/.default`;
}
