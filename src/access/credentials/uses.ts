import type { FunctionBinding } from '../../azure/core/model';

/** A binding of a function. */
export interface Binding extends FunctionBinding {
  /** Name of the function. */
  readonly function: string;
}

/** Who uses a setting. What no binding names may be read by the app's code; that can't be seen from outside. */
export interface Use {
  readonly by: 'host' | 'binding' | 'platform';
  /** For a binding. */
  readonly binding?: Binding;
}

/** Settings that the host or the platform reads (Functions app settings reference). */
const hostSettings =
  /^AzureWebJobs(?:Storage|Dashboard|SecretStorageSas|SecretStorageKeyVaultClientSecret)$/i;
const platformSettings =
  /^(?:WEBSITE_(?:CONTENTAZUREFILECONNECTIONSTRING|RUN_FROM_PACKAGE)|DEPLOYMENT_STORAGE_CONNECTION_STRING|DOCKER_REGISTRY_SERVER_(?:PASSWORD|USERNAME|URL)|MICROSOFT_PROVIDER_AUTHENTICATION_SECRET|DIAGNOSTICS_AZUREBLOBCONTAINERSASURL|CONTAINER_START_CONTEXT_SAS_URI)$/i;

/** Connections that bindings use unless they name one (sources of the SignalR, Web PubSub, and Storage extensions). */
const defaults: readonly (readonly [type: RegExp, setting: string])[] = [
  [/^signalr/, 'AzureSignalRConnectionString'],
  [/^webpubsub/, 'WebPubSubConnectionString'],
  [/^(?:blob|queue|table)(?:trigger)?$/, 'AzureWebJobsStorage'],
];

/**
 * Bindings of the OpenAI extension. Their connections have a key of their own beside the endpoint, and without one, that of
 * an environment variable counts (OpenAIClientFactory.cs, AzureAISearchProvider.cs).
 */
export const openAi = /^(?:textcompletion|embeddings|embeddingsstore|semanticsearch|assistantpost)$/;

/** Members that name a connection; a binding without any of them uses the default one. */
const connectionMembers = [
  'connection',
  'connectionStringSetting',
  'leaseConnection',
  'leaseConnectionStringSetting',
];

/**
 * Who uses a setting, as far as bindings, the host, and the platform tell.
 * @param other names of all settings: a connection `X` is read from `AzureWebJobsX` before `X` (WebJobs SDK)
 */
export function usesOf(setting: string, bindings: readonly Binding[], others: readonly string[]): Use[] {
  const uses: Use[] = [];
  if (hostSettings.test(setting)) uses.push({ by: 'host' });
  if (platformSettings.test(setting)) uses.push({ by: 'platform' });
  const names = new Set(others.map((name) => name.toLowerCase()));
  for (const binding of bindings)
    if (namedBy(binding).some((name) => settingRead(name, names) === setting.toLowerCase()))
      uses.push({ by: 'binding', binding });
  return uses;
}

function namedBy(binding: Binding): string[] {
  const named = Object.entries(binding.members).flatMap(([member, value]) => {
    const name = /^%(.+)%$/.exec(value)?.[1] ?? value;
    return member === 'name' || member === 'type' || member === 'direction' ? [] : [name];
  });
  const connects = connectionMembers.some((member) => (binding.members[member] ?? '') !== '');
  if (openAi.test(binding.type))
    return [...named.flatMap((name) => [name, `${name}__key`, `${name}__apiKey`]), 'AZURE_OPENAI_KEY'];
  const standard = defaults.find(([type]) => type.test(binding.type))?.[1];
  return standard === undefined || connects ? named : [...named, standard];
}

function settingRead(name: string, names: ReadonlySet<string>): string {
  const prefixed = `azurewebjobs${name.toLowerCase()}`;
  return names.has(prefixed) ? prefixed : name.toLowerCase();
}
