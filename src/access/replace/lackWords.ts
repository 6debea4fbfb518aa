import * as l10n from '@vscode/l10n';
import type { Description } from '../words/format';
import type { Lack } from './replaceFacts';

/** Why a resource accepts no identity, and what to do about it. */
export function describeLack(lack: Lack): Description {
  return texts()[lack];
}

function texts(): Readonly<Record<Lack, Description>> {
  return {
    nosql: {
      title: l10n.t('The Cosmos DB account has another API'),
      sentence: l10n.t('Functions connect with an identity only to accounts for NoSQL.'),
      nextStep: l10n.t('Move the key to a key vault instead.'),
    },
    redisSignIn: {
      title: l10n.t('The cache accepts only keys'),
      sentence: l10n.t('Microsoft Entra Authentication is off, so that no identity can sign in.'),
      nextStep: l10n.t(
        "Turn it on under Authentication of the cache in the Azure portal. Its nodes restart, so choose a time when that doesn't matter.",
      ),
    },
    searchSignIn: {
      title: l10n.t('The search service accepts only keys'),
      sentence: l10n.t('Role-based access is off, so that no identity can sign in.'),
      nextStep: l10n.t(
        'Under Keys of the search service in the Azure portal, select Both. Keys go on working.',
      ),
    },
    armTokens: {
      title: l10n.t('The registry refuses the tokens of App Service'),
      sentence: l10n.t('It accepts no tokens for Resource Manager, with which App Service signs in.'),
      nextStep: l10n.t('Enable the policy "authentication-as-arm" of the registry first.'),
    },
    managedRedis: {
      title: l10n.t('The cache has access policies of another kind'),
      sentence: l10n.t(
        "Keyless can't assign those of Azure Managed Redis and of Enterprise tiers, and the extension can't name their port.",
      ),
      nextStep: l10n.t('Move the key to a key vault instead.'),
    },
  };
}
