import * as l10n from '@vscode/l10n';
import type { Finding } from '../credentials/findings';
import { opensWords } from '../credentials/words';
import { inShort } from '../words/format';
import { withoutClientSecret } from './federation';
import type { ReplaceFacts } from './replaceFacts';

/**
 * What someone has to change in the code, the bindings, or the configuration of an app until its identity replaces a
 * credential, step by step.
 */
export function codeChange(facts: ReplaceFacts): string[] {
  const { app, finding } = facts;
  if (finding.wayOut.because === 'federation') return withoutClientSecret(facts);
  const opens = opensWords(finding);
  const role = roleOf(finding);
  return [
    ...(role !== undefined && opens !== undefined
      ? [l10n.t('Assign {0} on {1} to the identity of {2}.', role, opens, app.name)]
      : []),
    ...changesOf(finding),
  ];
}

function changesOf(finding: Finding): string[] {
  const last = l10n.t('Deploy that, check that it works, and then delete the setting {0}.', finding.name);
  const changes = finding.wayOut.because === 'bindingChange' ? ofEventGrid(finding) : ofCode(finding);
  return [...changes, last];
}

/** The output of Event Grid takes a connection since version 3.3.0 (EventGridAsyncCollectorFactory.cs). */
function ofEventGrid({ name, host, uses }: Finding): string[] {
  const connection = name.replace(/_*(?:access)?_*key$/i, '') || 'EventGrid';
  const functions = [...new Set(uses.flatMap(({ binding }) => binding?.function ?? []))];
  const bindings =
    functions.length === 0
      ? l10n.t(
          'In the binding for Event Grid, replace the members topicEndpointUri and topicKeySetting by "connection": "{0}". The binding refuses both together.',
          connection,
        )
      : l10n.t(
          'In the binding of {0}, replace the members topicEndpointUri and topicKeySetting by "connection": "{1}". The binding refuses both together.',
          ...[inShort(functions), connection],
        );
  const setting = `${connection}__topicEndpointUri`;
  return [
    ...(host ? [l10n.t('Set the app setting {0} to {1}.', setting, `https://${host.host}/api/events`)] : []),
    bindings,
    l10n.t(
      'Use version 3.3.0 or later of the Event Grid extension, or of the extension bundle, which has it.',
    ),
  ];
}

function ofCode({ kind, name, host }: Finding): string[] {
  const client = clients[kind];
  const address = host ? addressOf(kind, host.host) : undefined;
  return [
    ...(kind === 'searchKey'
      ? [l10n.t('Allow role-based access under Keys of the search service, beside or instead of API keys.')]
      : []),
    ...(address === undefined
      ? []
      : [l10n.t('Put {0} into an app setting of its own, such as {1}.', address, `${name}_ENDPOINT`)]),
    client === undefined
      ? l10n.t('In the code, sign in with DefaultAzureCredential instead of the value of {0}.', name)
      : l10n.t(
          'In the code, create {0} with this address and DefaultAzureCredential instead of the value of {1}.',
          ...[client.join(', '), name],
        ),
    ...(kind === 'appConfigurationKey' ? [l10n.t('Wait up to 15 minutes after the role was assigned.')] : []),
  ];
}

/** Classes of Azure's SDKs. */
const clients: Readonly<Partial<Record<Finding['kind'], readonly string[]>>> = {
  storageKey: ['BlobServiceClient', 'QueueServiceClient', 'TableServiceClient'],
  storageSas: ['BlobServiceClient', 'QueueServiceClient', 'TableServiceClient'],
  namespaceKey: ['ServiceBusClient', 'EventHubProducerClient'],
  namespaceSas: ['ServiceBusClient', 'EventHubProducerClient'],
  cosmosKey: ['CosmosClient'],
  appConfigurationKey: ['AppConfigurationClient', 'ConfigurationClient'],
  aiKey: ['AzureOpenAIClient'],
  searchKey: ['SearchClient'],
  webPubSubKey: ['WebPubSubServiceClient'],
  iotHubKey: ['ServiceClient', 'RegistryManager'],
};

/** Clients of buses take a host, the others a URL. */
function addressOf(kind: Finding['kind'], host: string): string {
  return /^namespace|^iotHub|^redis/.test(kind) ? host : `https://${host}`;
}

/** The least role that is likely to be enough; what the code does can't be seen from outside (built-in-roles.md). */
function roleOf({ kind, host }: Finding): string | undefined {
  switch (kind) {
    case 'eventGridKey':
      return 'EventGrid Data Sender';
    case 'appConfigurationKey':
      return 'App Configuration Data Reader';
    case 'searchKey':
      return 'Search Index Data Reader';
    case 'aiKey':
      return host?.host.includes('.openai.') ? 'Cognitive Services OpenAI User' : 'Cognitive Services User';
    case 'iotHubKey':
      return 'IoT Hub Data Contributor';
    case 'cosmosKey':
      return 'Cosmos DB Built-in Data Contributor';
    case 'signalRKey':
      return 'SignalR Service Owner';
    case 'webPubSubKey':
      return 'Web PubSub Service Owner';
    case 'storageKey':
    case 'storageSas':
      return l10n.t('Storage Blob Data Contributor, or the one for queues or tables,');
    case 'namespaceKey':
    case 'namespaceSas':
      return l10n.t('the Data Sender or Data Receiver role');
    default:
      return undefined;
  }
}
