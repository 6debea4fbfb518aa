import type { PlatformSignIn } from '../../azure/appService/settings/platformSignIn';
import type { FunctionApp, RoleAssignment } from '../../azure/core/model';
import type { DataRoleAssignment } from '../../azure/resources/dataRoles';
import type { StorageService } from '../credentials/credential';
import type { Finding } from '../credentials/findings';
import type { Binding } from '../credentials/uses';

/** What decides whether and how an app's identity can replace a credential. Contains no secret value. */
export interface ReplaceFacts {
  readonly app: Pick<FunctionApp, 'id' | 'name' | 'kind' | 'state' | 'linux' | 'sku' | 'subscriptionId'>;
  readonly finding: Finding;
  /** Type of the connection string that has the credential; absent if an app setting has it. */
  readonly connectionType?: string;
  readonly identity: ChosenIdentity;
  readonly settings: SettingFacts;
  /** Bindings of all functions; absent if they couldn't be read. */
  readonly bindings?: readonly Binding[];
  /** Names of all functions; absent if they couldn't be read. */
  readonly functions?: readonly string[];
  /** Names of those whose trigger doesn't work already. */
  readonly failing?: readonly string[];
  /** Whether the app has slots, or is one; absent if that isn't known. */
  readonly hasSlots?: boolean;
  /** The Functions host; absent if its status couldn't be read. */
  readonly host?: HostFacts;
  readonly resource: ResourceFacts | 'notFound' | 'ambiguous' | 'unread';
  /** The role assignments that the identity has on the resource; absent if they couldn't be read. */
  readonly held?: readonly RoleAssignment[];
  /** Those of the resource's own roles, if it has any; absent if they couldn't be read. */
  readonly heldOwn?: readonly DataRoleAssignment[];
  /** How the platform signs in to what it fetches with the credential; absent if it's for something else or couldn't be read. */
  readonly platform?: PlatformSignIn | 'none';
  /** Someone is asked whether the script that a database needs has run. */
  readonly asksForScript?: true;
}

/** The identity that takes the place of the credential. */
export type ChosenIdentity =
  /** Without a principal, it isn't enabled yet. */
  | { readonly kind: 'system-assigned'; readonly principalId?: string }
  | {
      readonly kind: 'user-assigned';
      readonly resourceId: string;
      readonly principalId: string;
      readonly clientId: string;
    };

export interface SettingFacts {
  /** Names of all app settings. */
  readonly names: readonly string[];
  /** Names of app settings whose value is empty. */
  readonly empty: readonly string[];
  readonly connectionStrings: readonly string[];
  /**
   * Settings that would be part of the identity-based connection and exist, such as `X__credential`, or the one that names a
   * package's identity, with their values unless they're secret.
   */
  readonly members: ReadonlyMap<string, string | undefined>;
  /** In lowercase, the names of app settings that stay with their slot at a swap, in all slots of the app. */
  readonly slotSettings: ReadonlySet<string>;
  /** In lowercase, those of connection strings. */
  readonly slotConnectionStrings: ReadonlySet<string>;
}

/** Names of the functions that must work as before. */
export function workingOf({ functions = [], failing = [] }: Partial<ReplaceFacts> = {}): string[] {
  return functions.filter((name) => !failing.includes(name));
}

/** Whether the setting that has the credential stays with its slot at a swap. */
export function isSlotSetting({ finding, settings }: Pick<ReplaceFacts, 'finding' | 'settings'>): boolean {
  const { slotSettings, slotConnectionStrings } = settings;
  const marked = finding.source === 'connectionString' ? slotConnectionStrings : slotSettings;
  return marked.has(finding.name.toLowerCase());
}

export interface HostFacts {
  /** `Running`, or what the host says instead. */
  readonly state: string;
  readonly errors: number;
  /** e.g. `4.1036.0.23284`. */
  readonly version?: string;
  /** Version of the extension bundle; absent if the app brings its own extensions. */
  readonly bundle?: string;
}

/**
 * Why a resource accepts no identity.
 * - `nosql`: a Cosmos DB account of another API than that for NoSQL
 * - `redisSignIn`: a cache that doesn't let Microsoft Entra ID sign in
 * - `managedRedis`: Azure Managed Redis or an Enterprise tier, whose access policies are others
 * - `searchSignIn`: a search service that accepts only API keys
 * - `armTokens`: a registry that doesn't accept tokens for Resource Manager, which App Service sends (azure-docs#128528)
 */
export type Lack = 'nosql' | 'redisSignIn' | 'managedRedis' | 'searchSignIn' | 'armTokens';

/** What the credential opens. */
export interface ResourceFacts {
  /** ARM ID. */
  readonly id: string;
  /** In lowercase. */
  readonly type: string;
  /** A storage account's own endpoints, without a slash at the end. */
  readonly endpoints?: Readonly<Partial<Record<StorageService, string>>>;
  /** ARM IDs of the containers, queues, tables, topics, and hubs in it that are known to exist. */
  readonly parts: readonly string[];
  /** ARM IDs of those that bindings name and that don't exist. */
  readonly missing?: readonly string[];
  /** A registry whose rights are for repositories, so that AcrPull has no effect (Azure/acr#883). */
  readonly byRepository?: boolean;
  /** Why it accepts no identity as it is. */
  readonly lacks?: Lack;
}
