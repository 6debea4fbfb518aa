import * as l10n from '@vscode/l10n';
import type { Finding } from '../credentials/findings';
import type { Description } from '../words/format';
import { fetchedWith } from './isReplaceable';
import type { PlatformRefusal } from './platform';

/** Why the platform can't sign in as the identity in place of a credential, and what to do about it. */
export function describePlatform(why: PlatformRefusal, app: string, finding: Finding): Description {
  if (why === 'unread')
    return {
      title: l10n.t("The app's configuration couldn't be read"),
      sentence: l10n.t('It says whether {0} is used.', finding.name),
      nextStep: l10n.t('You need a role that can read the app, such as Reader.'),
    };
  if (why === 'containerApps')
    return {
      title: l10n.t('The app runs on Azure Container Apps'),
      sentence: l10n.t('Azure Container Apps pulls the image, and Keyless can only change App Service.'),
      nextStep: l10n.t('Set up the registry of the container app in the Azure portal.'),
    };
  return {
    title: fetchedWith(finding) === 'image' ? imageTitle(why) : packageTitle(why),
    sentence: l10n.t("The configuration of {0} doesn't use {1}.", app, finding.name),
    nextStep: l10n.t('Check the deployment settings of the app in the Azure portal.'),
  };
}

function imageTitle(why: PlatformRefusal): string {
  return why === 'none'
    ? l10n.t('The app runs no container for Linux')
    : l10n.t('The image is from another registry');
}

function packageTitle(why: PlatformRefusal): string {
  if (why === 'none') return l10n.t('The app has no deployment storage');
  return why === 'otherSetting'
    ? l10n.t('Deployments use another setting')
    : l10n.t('Deployments use another storage account');
}
