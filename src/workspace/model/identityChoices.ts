import * as l10n from '@vscode/l10n';
import type { Credential } from '../../access/credentials/credential';
import { wayOutOf } from '../../access/credentials/wayOut';
import type { FileSecret } from './secretIn';

/** Settings that take the place of a connection string, if it's used like this. */
export interface IdentityChoice {
  readonly used: string;
  readonly add: Readonly<Record<string, string>>;
}

/**
 * Identity-based settings for a secret in local.settings.json, one choice for each way of using it: functions are often
 * declared in code, where their bindings can't be seen. Locally, the developer's own sign-in is used, so that no setting
 * names an identity (Functions developer guide on local development with identity-based connections).
 */
export function identityChoices(secret: FileSecret): IdentityChoice[] {
  const { kind, name } = secret;
  if (kind === 'templateKey' || name === '' || /[:.]/.test(name)) return [];
  // Only what is public is used of it.
  const credential: Credential = { ...secret, kind, secret: '' };
  return usesOf(credential, name).flatMap(({ used, types }) => {
    const uses = types.map(
      (type) => ({ by: 'binding', binding: { function: '', type, members: {} } }) as const,
    );
    const { way, because, add } = wayOutOf(name, '', credential, uses);
    return way === 'identity' && because === 'settings' && add ? [{ used, add }] : [];
  });
}

function usesOf({ kind }: Credential, name: string): { used: string; types: readonly string[] }[] {
  switch (kind) {
    case 'storageKey':
    case 'storageSas':
      if (/^AzureWebJobsStorage$/i.test(name)) return [{ used: l10n.t('Functions host'), types: [] }];
      return [
        { used: l10n.t('Blob trigger'), types: ['blobtrigger'] },
        { used: l10n.t('Blob input or output'), types: ['blob'] },
        { used: l10n.t('Queue trigger or output'), types: ['queue'] },
        { used: l10n.t('Table input or output'), types: ['table'] },
        { used: l10n.t('Several of these, or Durable Functions'), types: ['blob', 'queue', 'table'] },
      ];
    case 'namespaceKey':
    case 'namespaceSas':
      return [{ used: l10n.t('Service Bus or Event Hubs trigger or output'), types: ['servicebus'] }];
    case 'cosmosKey':
      return [{ used: l10n.t('Cosmos DB trigger, input, or output'), types: ['cosmosdb'] }];
    case 'signalRKey':
      return [{ used: l10n.t('SignalR trigger, input, or output'), types: ['signalr'] }];
    case 'webPubSubKey':
      return [{ used: l10n.t('Web PubSub trigger, input, or output'), types: ['webpubsub'] }];
    default:
      return [];
  }
}
