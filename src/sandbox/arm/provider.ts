import type { OutgoingHttpHeaders } from 'node:http';
import type { ConditionAttributes } from '../authorization/condition';
import type { Caller } from '../context';
import type { Answer, Call } from '../server/http';
import type { ManagedServiceIdentity, Resource } from '../world/world';

/**
 * One request that the gateway of Resource Manager has let through to a resource provider: the token was checked, an
 * `api-version` is there, the subscription and the resource group of the path exist, no lock and no policy forbids it,
 * and the caller may do what method and path say (`GET sites/n` needs `Microsoft.Web/sites/read` over the site,
 * `POST sites/n/config/appsettings/list` needs `Microsoft.Web/sites/config/list/action`). A provider calls
 * {@link ArmCall.authorize} only for rights beyond that one.
 */
export interface ArmCall extends Call {
  caller: Caller;
  subscriptionId?: string;
  /** Name of the resource group, as the path spells it. */
  resourceGroup?: string;
  /** Namespace as the path spells it, e.g. `Microsoft.KeyVault`. */
  namespace: string;
  /** Path segments after `/providers/<namespace>`, original case, percent-decoded. */
  rest: string[];
  /** What stands before the last `/providers/`: '' for the tenant, a subscription, a resource group, or any resource. */
  scope: string;
  /** The resource that the path names (without a collection or action at its end); `scope` where it names none. */
  resourceId: string;
  apiVersion: string;
  /**
   * @param scope default: `resourceId`
   * @param attributes what conditions of role assignments may ask for
   * @throws ArmError 403 AuthorizationFailed unless the caller may do `action` over `scope`
   */
  authorize(action: string, scope?: string, attributes?: ConditionAttributes): void;
  /** Whether the caller may do `action` over `scope`, for what is left out silently. */
  mayDo(action: string, scope: string): boolean;
  /** Long-running operations of this run. */
  operations: OperationStarter;
}

/** Starts a long-running operation that clients poll. */
export interface OperationStarter {
  /**
   * Headers for a 202 (or 200/201) answer.
   * `location`: `Location`, polled with 202 until done, then `result` answers (default 200 without a body).
   * `azureAsyncOperation`: `Azure-AsyncOperation`, polled as `{status: InProgress|Succeeded|Failed}`.
   * `parent` is the path below which the operation's URL lies, e.g. `/subscriptions/S/providers/Microsoft.KeyVault/locations/L`.
   */
  start(options: {
    kind: 'location' | 'azureAsyncOperation';
    parent: string;
    apiVersion: string;
    /** How long it takes at least. */
    durationMs: number;
    /** Not done before this has settled; a rejection fails the operation. */
    work?: Promise<unknown>;
    /** Value of Retry-After; left out if undefined. */
    retryAfterSeconds?: number;
    /** The answer while a Location is polled too early; 202 without a body if left out. */
    pending?: () => Answer;
    result?: () => Answer | Promise<Answer>;
  }): OutgoingHttpHeaders;
}

/** A tracked resource as `/resources` lists and Resource Graph show it. */
export interface ArmResource extends Resource {
  kind?: string;
  sku?: Record<string, unknown>;
  identity?: ManagedServiceIdentity;
  managedBy?: string;
  /** As the provider's own GET answers them, for Resource Graph. Best a getter: most lists never look at them. */
  readonly properties: Record<string, unknown>;
  /** ISO 8601, for `$expand`. */
  createdTime?: string;
  changedTime?: string;
}

/** What stands behind `/providers/<namespace>`. */
export interface ResourceProvider {
  namespace: string;
  /** Type names (below the namespace) with the api-versions that `/providers` lists. */
  resourceTypes?: { resourceType: string; apiVersions: string[] }[];
  handle(call: ArmCall): Promise<Answer> | Answer;
  /** All tracked resources, for /resources lists and Resource Graph rows. */
  resources(): ArmResource[];
  /** Removes one of {@link resources} (with all it holds) when its resource group is deleted; one that is gone is no error. */
  remove(id: string): Promise<void> | void;
}

/** An error answer of Resource Manager: `{"error":{"code","message"}}`. */
export class ArmError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: OutgoingHttpHeaders = {},
    /** Further members of the error object: details, target, additionalInfo. */
    readonly more: Record<string, unknown> = {},
  ) {
    super(message);
  }

  /** The answer as it goes out. */
  toAnswer(): Answer {
    return {
      status: this.status,
      headers: this.headers,
      json: { error: { code: this.code, message: this.message, ...this.more } },
    };
  }
}

/** 404 of the gateway (header `x-ms-failure-cause: gateway`) for a resource that is not there. Providers throw it too: the real gateway answers for them. */
export function resourceNotFound(type: string, name: string, resourceGroup: string): ArmError {
  return new ArmError(
    404,
    'ResourceNotFound',
    `The Resource '${type}/${name}' under resource group '${resourceGroup}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    { 'x-ms-failure-cause': 'gateway' },
  );
}
