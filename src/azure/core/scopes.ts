/**
 * The scope that asks for a token of an audience: `https://management.core.windows.net/.default`, one slash whether the
 * audience ends in one or not. VS Code finds a session again only by the very scopes it was made with: use this everywhere.
 */
export function scopeOf(audience: string): string {
  return `${audience.replace(/\/$/, '')}/.default`;
}
