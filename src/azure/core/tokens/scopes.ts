import * as l10n from '@vscode/l10n';
import type { Cloud } from '../cloud';

/**
 * The scope for a token of an audience: `https://management.core.windows.net/.default`, with one slash whether or not
 * the audience ends in one. VS Code finds a session only by the exact scopes it was created with, so always use this.
 */
export function scopeOf(audience: string): string {
  return `${audience.replace(/\/$/, '')}/.default`;
}

/** The name of the service that a scope is for. Undefined for Resource Manager, and for scopes that Keyless doesn't use. */
export function serviceOf(cloud: Cloud, scope: string): string | undefined {
  const services = [
    [cloud.appServiceAudience, l10n.t('App Service')],
    [cloud.vaultAudience, l10n.t('Key Vault')],
    [cloud.graph, l10n.t('Microsoft Graph')],
    [cloud.applicationInsightsAudience, l10n.t('Application Insights')],
  ] as const;
  return services.find(([audience]) => audience !== undefined && scopeOf(audience) === scope)?.[1];
}
