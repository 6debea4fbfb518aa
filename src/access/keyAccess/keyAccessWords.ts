import * as l10n from '@vscode/l10n';
import type { Description } from '../words/format';
import type { KeyAccessFacts } from './keyAccessFacts';
import { daysCounted, keyAccessVerdict } from './keyAccessFacts';

/** What stops working when the keys of a resource are turned off, in sentences. */
export function whatBreaks(type: string): string[] {
  switch (type) {
    case 'Microsoft.Storage/storageAccounts':
      return [
        l10n.t('Requests with an account key, and shared access signatures that a key signed.'),
        l10n.t(
          'The content share of apps on the Consumption and Elastic Premium plans, at their next start.',
        ),
        l10n.t('Deployments to Linux Consumption apps, and host storage of apps that use a key.'),
        l10n.t(
          'Cloud Shell, browsing data with a key in the Azure portal, and tools that use one, such as AzCopy.',
        ),
      ];
    case 'Microsoft.ServiceBus/namespaces':
      return [
        l10n.t('All connection strings and shared access signatures, also of single queues and topics.'),
      ];
    case 'Microsoft.EventHub/namespaces':
      return [
        l10n.t('All connection strings and shared access signatures, also of single event hubs.'),
        l10n.t('Kafka clients that sign in with a connection string.'),
      ];
    case 'Microsoft.DocumentDB/databaseAccounts':
      return [
        l10n.t('All keys and connection strings, also read-only ones.'),
        l10n.t(
          'Clients of the APIs for MongoDB, Cassandra, Gremlin, and Table, and Data Explorer with a key.',
        ),
      ];
    case 'Microsoft.EventGrid/topics':
    case 'Microsoft.EventGrid/domains':
      return [l10n.t('Publishers that send a key or a shared access signature.')];
    case 'Microsoft.CognitiveServices/accounts':
      return [l10n.t('Clients that send a key, and some pages of the studios.')];
    case 'Microsoft.Search/searchServices':
      return [l10n.t('Clients that send an admin key or a query key.')];
    case 'Microsoft.AppConfiguration/configurationStores':
      return [l10n.t('All connection strings, for good.')];
    default:
      return [l10n.t('All access keys and connection strings, for good.')];
  }
}

/** Whether the keys come back, in a sentence. */
export function wayBackWords(deletesKeys: boolean): string {
  return deletesKeys
    ? l10n.t(
        'There is none for the keys: Azure deletes them for good. Turning on key access makes new ones, which no client has.',
      )
    : l10n.t('Turn On Key Access: the same keys work again. A policy of your organization may forbid it.');
}

/** The answer to whether keys can be turned off. */
export function answerWords(facts: KeyAccessFacts): { readonly text: string; readonly detail: string } {
  const { users, requests } = facts;
  switch (keyAccessVerdict(facts)) {
    case 'off':
      return {
        text: l10n.t('Key access is off.'),
        detail: l10n.t('Only identities get in.'),
      };
    case 'inUse':
      return {
        text:
          users.length === 1
            ? l10n.t('No, 1 app still holds its keys.')
            : l10n.t('No, {0} apps still hold its keys.', users.length),
        detail: l10n.t('An app that uses one stops working. Replace the keys first.'),
      };
    case 'usedElsewhere':
      return {
        text: l10n.t('No app in sight uses its keys, but something does.'),
        detail: l10n.t(
          'Requests with a key that the service counted in the last {1} days: {0}.',
          typeof requests === 'object' ? requests.key : 0,
          daysCounted,
        ),
      };
    case 'quiet':
      return {
        text: l10n.t('Nothing in sight uses its keys.'),
        detail: l10n.t(
          'No request with a key was counted in the last {0} days. A job that runs less often would be missed.',
          daysCounted,
        ),
      };
    case 'unknown':
      return {
        text: l10n.t("Can't tell whether something else uses its keys."),
        detail: l10n.t('No app in sight does. Keyless sees only apps in your selected subscriptions.'),
      };
  }
}

/** What the service says about who uses its keys. */
export function requestWords({ requests, keySwitch }: KeyAccessFacts): string {
  if (requests === 'unread') return l10n.t("Can't tell: its metrics couldn't be read.");
  if (requests !== undefined)
    return requests.sas === 0
      ? l10n.t('Counted with a key in the last {0} days: {1}.', daysCounted, requests.key)
      : l10n.t(
          'Counted with a key in the last {0} days: {1}. With a shared access signature: {2}. An identity may have signed some of those.',
          ...[daysCounted, requests.key, requests.sas],
        );
  return /^Microsoft\.(ServiceBus|EventHub)\//.test(keySwitch.type)
    ? l10n.t("Can't tell: it has no metric for that. The runtime audit logs of a Premium namespace show it.")
    : l10n.t("Can't tell: it has no metric for that.");
}

/** What would keep identities out, too. */
export function obstacleOf({ resource, keySwitch }: KeyAccessFacts): Description | undefined {
  const { customSubDomainName } = resource.properties;
  if (keySwitch.type !== 'Microsoft.CognitiveServices/accounts' || customSubDomainName) return undefined;
  return {
    title: l10n.t('It has no custom subdomain'),
    sentence: l10n.t('Identities are accepted only at a custom subdomain, so nothing could use it.'),
    nextStep: l10n.t('Set a custom subdomain first. It can never be changed.'),
  };
}
