import * as l10n from '@vscode/l10n';
import { isLogicApp, isOnContainerApps } from '../../azure/appService/siteKind';
import type { FunctionApp } from '../../azure/core/model';
import type { Mark } from '../marks';

/** What matters first comes first, because a narrow side bar cuts off the end. */
export function appSummary(app: FunctionApp): string {
  const words = [
    app.state,
    healthWords(app),
    kindOfApp(app),
    osWords(app),
    planWords(app),
    identityWords(app),
  ];
  return words.filter(Boolean).join(', ');
}

/** What an app is, unless it's an ordinary function app. */
function kindOfApp(app: FunctionApp): string | undefined {
  if (isOnContainerApps(app)) return l10n.t('on Container Apps');
  return isLogicApp(app) ? l10n.t('logic app') : undefined;
}

/** An app that may not work although it runs. */
export function markOfApp({ health }: FunctionApp): { mark?: Mark } {
  return health ? { mark: 'attention' } : {};
}

export function healthWords({ health }: FunctionApp): string | undefined {
  switch (health) {
    case 'quotaExceeded':
      return l10n.t('quota exceeded');
    case 'limited':
      return l10n.t('limited availability');
    case undefined:
      return undefined;
  }
}

export function osWords({ linux }: FunctionApp): string {
  return linux ? 'Linux' : 'Windows';
}

/** The plan as Azure's documents call it. Names of tiers aren't translated. */
export function planWords({ sku }: FunctionApp): string | undefined {
  switch (sku?.toLowerCase()) {
    case 'dynamic':
      return 'Consumption';
    case 'flexconsumption':
      return 'Flex Consumption';
    case 'elasticpremium':
      return 'Premium';
    default:
      return sku;
  }
}

function identityWords({ identity }: FunctionApp): string {
  if (identity.systemAssigned) return l10n.t('identity on');
  return identity.userAssigned.length > 0 ? l10n.t('user-assigned identity') : l10n.t('no identity');
}
