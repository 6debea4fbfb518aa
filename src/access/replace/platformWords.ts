import * as l10n from '@vscode/l10n';
import type { Description } from '../words/format';
import type { PlatformRefusal } from './platform';

/** Why the platform can't sign in as the identity in place of a credential, and what to do about it. */
export function describePlatform(why: PlatformRefusal, app: string, setting: string): Description {
  switch (why) {
    case 'unread':
      return {
        title: l10n.t("The app's configuration couldn't be read"),
        sentence: l10n.t('It says whether deployments use {0}.', setting),
        nextStep: l10n.t('You need a role that can read the app, such as Reader.'),
      };
    case 'none':
      return {
        title: l10n.t('The app has no deployment storage'),
        sentence: l10n.t('Only Flex Consumption has one, so nothing in Azure uses {0}.', setting),
        nextStep: l10n.t("Delete the setting if the code of {0} doesn't read it.", app),
      };
    case 'otherSetting':
      return {
        title: l10n.t('Deployments use another setting'),
        sentence: l10n.t(
          "The deployment storage of {0} doesn't name {1}, so nothing in Azure uses it.",
          app,
          setting,
        ),
        nextStep: l10n.t("Delete the setting if the code of {0} doesn't read it.", app),
      };
    case 'otherSource':
      return {
        title: l10n.t('Deployments use another storage account'),
        sentence: l10n.t(
          '{0} opens another account than the one that has the packages of {1}.',
          setting,
          app,
        ),
        nextStep: l10n.t('Check the deployment settings of the app in the Azure portal.'),
      };
  }
}
