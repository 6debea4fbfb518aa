import * as l10n from '@vscode/l10n';
import type { Finding } from './findings';
import type { Reason } from './wayOut';

/** What a credential is, for example `storage account key`. */
export function kindWords(kind: Finding['kind']): string {
  switch (kind) {
    case 'storageKey':
      return l10n.t('storage account key');
    case 'storageSas':
      return l10n.t('shared access signature for storage');
    case 'namespaceKey':
      return l10n.t('key of Service Bus, Event Hubs, or Relay');
    case 'namespaceSas':
      return l10n.t('shared access signature for Service Bus or Event Hubs');
    case 'cosmosKey':
      return l10n.t('Cosmos DB key');
    case 'databasePassword':
      return l10n.t('database password');
    case 'appConfigurationKey':
      return l10n.t('App Configuration key');
    case 'signalRKey':
      return l10n.t('SignalR key');
    case 'webPubSubKey':
      return l10n.t('Web PubSub key');
    case 'eventGridKey':
      return l10n.t('Event Grid key');
    case 'aiKey':
      return l10n.t('key of Azure OpenAI or AI services');
    case 'searchKey':
      return l10n.t('AI Search key');
    case 'redisKey':
      return l10n.t('Redis key');
    case 'communicationKey':
      return l10n.t('Communication Services key');
    case 'iotHubKey':
      return l10n.t('IoT Hub key');
    case 'registryPassword':
      return l10n.t('container registry password');
    case 'clientSecret':
      return l10n.t('client secret of an app registration');
    case 'signInSecret':
      return l10n.t('client secret for signing in users');
    case 'logicAppUrl':
      return l10n.t('URL that runs a logic app');
    case 'functionKey':
      return l10n.t('function key of another app');
    case 'sasUrl':
      return l10n.t('shared access signature');
    case 'telemetry':
      return l10n.t('connection to Application Insights');
    case 'publishingPassword':
      return l10n.t('password for publishing');
    case 'other':
      return l10n.t('password, key, or token');
  }
}

/** The setting that holds it, or what its password is for. */
export function nameWords({ source, name }: Finding): string {
  return source === 'publishing' ? l10n.t('Publishing ({0})', name.toUpperCase()) : name;
}

/** The name of what it opens; undefined if nothing says that. */
export function opensWords({ kind, source, host, account }: Finding): string | undefined {
  if (kind === 'telemetry') return undefined;
  return source === 'publishing' ? l10n.t("the app's content") : (host?.name ?? account ?? host?.host);
}

export function usersWords({ uses, source, wayOut }: Finding): string {
  if (source === 'publishing') return l10n.t('deployments');
  const users = uses.map(({ by, binding }) => {
    if (binding) return l10n.t('the function {0}', binding.function);
    return by === 'host' ? l10n.t('the Functions host') : l10n.t('App Service');
  });
  if (users.length > 0) return [...new Set(users)].join(', ');
  return wayOut.way === 'unknown' ? l10n.t('unknown') : l10n.t("the app's code, or nothing");
}

/** What of an app couldn't be read. */
export function unreadWords(unread: readonly ('functions' | 'publishing')[]): string {
  const parts = unread.map((part) =>
    part === 'functions' ? l10n.t('the functions and their bindings') : l10n.t('the ways of publishing'),
  );
  return l10n.t("Couldn't read: {0}.", parts.join(', '));
}

/** How the app can do without it, in a few words. */
export function wayWords({ wayOut: { way } }: Finding): string {
  switch (way) {
    case 'identity':
      return l10n.t("the app's identity can replace it");
    case 'code':
      return l10n.t("the app's identity can replace it after a code change");
    case 'keyVault':
      return l10n.t('a key vault can hold it');
    case 'none':
      return l10n.t("can't be replaced");
    case 'unknown':
      return l10n.t('unknown');
  }
}

/** Why, and what to do. */
export function reasonWords(reason: Reason): string {
  switch (reason) {
    case 'settings':
      return l10n.t('Identity-based settings replace it. The identity needs a role on the resource first.');
    case 'obsolete':
      return l10n.t('Functions version 4 no longer uses this setting. It can be deleted.');
    case 'package':
      return l10n.t(
        'The host can download the package with the identity, which needs a role on the container first.',
      );
    case 'registry':
      return l10n.t('The app can pull its image with its identity, which needs the role AcrPull first.');
    case 'deployment':
      return l10n.t(
        "The app's deployment storage can use the identity, which needs a role on the container first.",
      );
    case 'telemetry':
      return l10n.t(
        'The host can send telemetry with its identity, which needs the role Monitoring Metrics Publisher first.',
      );
    case 'publishing':
      return l10n.t(
        'Basic authentication for publishing can be turned off. Deployments then sign in with Microsoft Entra ID.',
      );
    case 'newValue':
      return l10n.t(
        'The same setting works without a password, with "Authentication=Active Directory Managed Identity". The database needs a user for the identity first.',
      );
    case 'codeReads':
      return l10n.t("No binding uses this setting, so the app's code seems to read it and must be changed.");
    case 'unreadBindings':
      return l10n.t(
        "The functions couldn't be read, so it's unknown whether a binding or the app's code uses this setting.",
      );
    case 'bindingChange':
      return l10n.t('The binding must name a connection instead of a key.');
    case 'regionalEndpoint':
      return l10n.t(
        "The endpoint belongs to a region, and only a resource's own subdomain accepts identities.",
      );
    case 'federation':
      return l10n.t('A federated credential lets a user-assigned identity take its place.');
    case 'contentShare':
      return l10n.t(
        'Azure Files needs the key. An app on Flex Consumption or a Dedicated plan works without a content share.',
      );
    case 'entityPath':
      return l10n.t(
        'The connection string names another event hub than the binding. Name it in the binding first, because an identity-based connection has no place for it.',
      );
    case 'redisOptions':
      return l10n.t(
        'The connection string also names a database or a prefix of channels, and an identity-based connection has no place for them. Name them in the code first.',
      );
    case 'noIdentityApi':
      return l10n.t("The service or its binding doesn't accept managed identities.");
    case 'builtInEndpoint':
      return l10n.t("The built-in endpoint of an IoT hub doesn't accept role assignments.");
    case 'unknownResource':
      return l10n.t('Nothing says which resource this opens.');
    case 'quoted':
      return l10n.t(
        'The value is in quotes, which are part of it, so nothing can use it like this. Remove them first.',
      );
    case 'otherCredential':
      return l10n.t("Keyless doesn't know what this opens.");
  }
}
