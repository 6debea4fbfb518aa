import * as l10n from '@vscode/l10n';
import { AzureError } from '../../core/errors';
import type { FunctionApp } from '../../core/model';
import { isContainerApp, isLogicApp, isOnContainerApps } from '../siteKind';

/** What not every kind of app has, or Keyless can't do for every kind. */
export type AppFeature =
  /** Functions that can be listed, called, and written as code. */
  | 'functions'
  | 'functionKeys'
  | 'settings'
  /** Key Vault references in app settings. */
  | 'references'
  /** An SCM site, with files and a log stream. */
  | 'scmSite'
  /** A log stream or Application Insights, found by the app's settings. */
  | 'logs'
  /** Start, stop, restart, and delete. */
  | 'lifecycle';

type App = Pick<FunctionApp, 'id' | 'kind' | 'name'>;

/** Fails for what the kind of app doesn't have, with the reason and what to do instead. @throws AzureError */
export function requireFeature(app: App, feature: AppFeature): void {
  const words = refusal(app, feature);
  if (!words) return;
  const [reason, nextStep] = words;
  throw new AzureError(reason, { code: 'NotForThisApp', explanation: { reason, nextStep } });
}

export function hasFeature(app: App, feature: AppFeature): boolean {
  return refusal(app, feature) === undefined;
}

function refusal(app: App, feature: AppFeature): readonly [reason: string, nextStep: string] | undefined {
  if (isContainerApp(app)) return ofContainerApp(app, feature);
  if (isOnContainerApps(app)) return ofSiteOnContainerApps(app, feature);
  if (isLogicApp(app) && (feature === 'functions' || feature === 'functionKeys'))
    return [
      l10n.t('{0} is a logic app, which has workflows instead of functions', app.name),
      l10n.t(
        'Edit and run its workflows in the Azure portal. Keyless manages its identity, settings, files, and logs.',
      ),
    ];
  return undefined;
}

/**
 * Container Apps has none of App Service's parts, but parts of its own (learn.microsoft.com/azure/container-apps:
 * functions-overview, functions-manage, manage-secrets, log-streaming).
 */
function ofContainerApp({ name }: App, feature: AppFeature): readonly [string, string] {
  switch (feature) {
    case 'functions':
      return [
        l10n.t("{0} is a container app, whose functions Keyless can't list, run, or change", name),
        l10n.t(
          'List them with the Azure CLI (az containerapp function list), or open the app in the portal.',
        ),
      ];
    case 'functionKeys':
      return [
        l10n.t("{0} is a container app, whose function keys Keyless can't manage", name),
        l10n.t('Use the Azure CLI (az containerapp function keys).'),
      ];
    case 'settings':
      return [
        l10n.t(
          '{0} is a container app, which has environment variables and secrets instead of app settings',
          name,
        ),
        l10n.t(
          'Change them in the portal, or with the Azure CLI (az containerapp update, az containerapp secret set).',
        ),
      ];
    case 'references':
      return [
        l10n.t('{0} is a container app, whose references to a key vault are secrets of the app', name),
        l10n.t(
          'Let the app read the secret, then add the reference in the portal or with the Azure CLI (az containerapp secret set).',
        ),
      ];
    case 'scmSite':
      return [
        l10n.t('{0} is a container app, which has no SCM site and shows no files', name),
        l10n.t('Change the project, build a new container image, and deploy it.'),
      ];
    case 'logs':
      return [
        l10n.t("{0} is a container app, whose logs Keyless can't read", name),
        l10n.t('Use the log stream in the portal, or the Azure CLI (az containerapp logs show --follow).'),
      ];
    case 'lifecycle':
      return [
        l10n.t("{0} is a container app, which Keyless can't start, stop, restart, or delete", name),
        l10n.t('Open it in the portal.'),
      ];
  }
}

/** Function apps of App Service that run on Container Apps keep the API of App Service, with exceptions. */
function ofSiteOnContainerApps({ name }: App, feature: AppFeature): readonly [string, string] | undefined {
  switch (feature) {
    // Azure refuses them with a sentence like this one (azure-functions-on-container-apps#90).
    case 'references':
      return [
        l10n.t("{0} runs on Azure Container Apps, where app settings can't be Key Vault references", name),
        l10n.t("Let the app read the secret with its identity, and read the secret in the app's code."),
      ];
    // azure-docs#120750 and azure-functions-on-container-apps#79
    case 'scmSite':
      return [
        l10n.t('{0} runs on Azure Container Apps, where apps have no SCM site and show no files', name),
        l10n.t(
          'Change the project, build a new container image, and deploy it. Logs are in Application Insights.',
        ),
      ];
    default:
      return undefined;
  }
}
