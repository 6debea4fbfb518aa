import type { Host } from './hosts';

/** What kind of credential a setting holds. */
export type CredentialKind =
  | 'storageKey'
  | 'storageSas'
  | 'namespaceKey'
  | 'namespaceSas'
  | 'cosmosKey'
  | 'databasePassword'
  | 'appConfigurationKey'
  | 'signalRKey'
  | 'webPubSubKey'
  | 'eventGridKey'
  | 'aiKey'
  | 'searchKey'
  | 'redisKey'
  | 'communicationKey'
  | 'iotHubKey'
  | 'registryPassword'
  | 'clientSecret'
  | 'signInSecret'
  | 'logicAppUrl'
  | 'functionKey'
  | 'sasUrl'
  | 'other';

/** A credential in a value, before it's known who uses it. `secret` is the only member that must not leave the parsers. */
export interface Credential {
  readonly kind: CredentialKind;
  readonly secret: string;
  /** The part of the value that is secret, as written, e.g. `AccountKey`; absent if the whole value is. */
  readonly part?: string;
  /** What it opens; absent if nothing says that. */
  readonly host?: Host;
  /** A resource name that another part or setting gives, where there's no host name. */
  readonly account?: string;
  /** The Event Hubs or Service Bus entity in the value; it overrides the one of a binding. */
  readonly entityPath?: string;
  /** The database that a connection string names. */
  readonly database?: string;
  /** When a shared access signature ends. */
  readonly expires?: Date;
  /** The endpoint parts of a storage connection string as URLs, by service. */
  readonly endpoints?: Readonly<Partial<Record<StorageService, string>>>;
  /** The value is in quotes, which become part of it: nothing can use it like this. */
  readonly quoted?: true;
}

export type StorageService = 'blob' | 'queue' | 'table' | 'file';
