import * as l10n from '@vscode/l10n';
import type { Way } from './keyTable';

/** How an app can do without a key, in a few words. */
export function wayName(way: Way): string {
  switch (way) {
    case 'identity':
      return l10n.t('Identity by settings');
    case 'code':
      return l10n.t('Identity after a code change');
    case 'keyVault':
      return l10n.t('Key Vault');
    case 'none':
      return l10n.t("Can't be replaced");
    case 'unknown':
      return l10n.t('Unknown');
  }
}
