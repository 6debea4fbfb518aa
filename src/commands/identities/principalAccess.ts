import { l10n } from 'vscode';
import type { PrincipalAccess } from '../../inventory/principalAccess';

const longestList = 15;

/** Lines for a dialog: what is lost under the heading `lost`, `none` if there is nothing, and what couldn't be read. */
export function principalAccessLines(
  { lines, unread }: PrincipalAccess,
  lost: string,
  none: string,
): string[] {
  if (unread.length === 0) return [lines.length > 0 ? lost : none, ...bullets(lines)];
  return [
    ...(lines.length > 0 ? [lost, ...bullets(lines)] : []),
    lines.length > 0
      ? l10n.t("Can't tell whether it has more access:")
      : l10n.t("Can't tell whether it has any access:"),
    ...bullets(unread),
  ];
}

/** A bulleted list, cut so that it fits in a dialog. */
export function bullets(lines: readonly string[]): string[] {
  const more = lines.length - longestList;
  return [
    ...lines.slice(0, longestList).map((line) => `  • ${line}`),
    ...(more > 0 ? [l10n.t('  • and {0} more', more)] : []),
  ];
}
