import * as l10n from '@vscode/l10n';

/**
 * Whether a Linux app may see a setting under another name: periods become underscores (MicrosoftDocs/azure-docs#69795),
 * and hyphens are removed (dotnet/runtime#63312).
 */
export function changesOnLinux(settingName: string): boolean {
  return /[.-]/.test(settingName);
}

/** What to say about such a name. */
export function linuxNameAdvice(): string {
  return l10n.t(
    'A Linux app may see this setting under another name: periods can become underscores, and hyphens can be removed. Use underscores instead.',
  );
}
