import type { OutgoingHttpHeaders } from 'node:http';
import type { ConditionAttributes } from '../authorization/condition';
import type { Caller } from '../context';
import type { Answer, Call } from '../server/http';
import type { ManagedServiceIdentity, Resource } from '../world/world';

/**
 * A request that Resource Manager's gateway has passed on to a resource provider. The token is valid, an
 * `api-version` is present, the path's subscription and resource group exist, no lock or policy forbids the
 * request, and the caller may do what the method and path imply (`GET sites/n` takes
 * `Microsoft.Web/sites/read` on the site, `POST sites/n/config/appsettings/list` takes
 * `Microsoft.Web/sites/config/list/action`). A provider calls {@link ArmCall.authorize} only for permissions
 * beyond that one.
 */
export interface ArmCall extends Call {
  caller: Caller;
  subscriptionId?: string;
  /** The resource group's name as the path spells it. */
  resourceGroup?: string;
  /** The namespace as the path spells it, e.g. `Microsoft.KeyVault`. */
  namespace: string;
  /** Path segments after `/providers/<namespace>`, percent-decoded, in their original case. */
  rest: string[];
  /**
   * Everything before the last `/providers/`: '' for the tenant, a subscription, a resource group, or any
   * resource.
   */
  scope: string;
  /**
   * The resource that the path names (without a trailing collection or action), or `scope` if it names none.
   */
  resourceId: string;
  apiVersion: string;
  /**
   * @param scope default: `resourceId`
   * @param attributes values that conditions of role assignments can refer to
   * @throws ArmError 403 AuthorizationFailed unless the caller may do `action` over `scope`
   */
  authorize(action: string, scope?: string, attributes?: ConditionAttributes): void;
  /** Whether the caller may do `action` over `scope`; for items that are silently left out of a list. */
  mayDo(action: string, scope: string): boolean;
  /** The long-running operations of this run. */
  operations: OperationStarter;
}

/** Starts a long-running operation for clients to poll. */
export interface OperationStarter {
  /**
   * Returns headers for a 202 (or 200/201) answer.
   * `location`: `Location`, which answers 202 until the operation is done and then `result` (default: 200
   * without a body).
   * `azureAsyncOperation`: `Azure-AsyncOperation`, which answers `{status: InProgress|Succeeded|Failed}`.
   * `parent` is the path that the operation's URL extends, e.g.
   * `/subscriptions/S/providers/Microsoft.KeyVault/locations/L`.
   */
  start(options: {
    kind: 'location' | 'azureAsyncOperation';
    parent: string;
    apiVersion: string;
    /** The minimum duration. */
    durationMs: number;
    /** The operation isn't done until this settles; a rejection fails the operation. */
    work?: Promise<unknown>;
    /** The value of Retry-After, which is omitted if undefined. */
    retryAfterSeconds?: number;
    /** The answer while a Location is polled too early; default: 202 without a body. */
    pending?: () => Answer;
    result?: () => Answer | Promise<Answer>;
  }): OutgoingHttpHeaders;
}

/** A tracked resource as `/resources` and Resource Graph show it. */
export interface ArmResource extends Resource {
  kind?: string;
  sku?: Record<string, unknown>;
  identity?: ManagedServiceIdentity;
  managedBy?: string;
  /**
   * As the provider's own GET returns them, for Resource Graph. Best a getter: most lists never look at them.
   */
  readonly properties: Record<string, unknown>;
  /** ISO 8601, for `$expand`. */
  createdTime?: string;
  changedTime?: string;
}

/** Answers everything below `/providers/<namespace>`. */
export interface ResourceProvider {
  namespace: string;
  /** Type names (without the namespace) and the API versions that `/providers` lists for them. */
  resourceTypes?: { resourceType: string; apiVersions: string[] }[];
  handle(call: ArmCall): Promise<Answer> | Answer;
  /** All tracked resources, for /resources lists and Resource Graph rows. */
  resources(): ArmResource[];
  /**
   * Removes one of {@link resources} and everything in it when its resource group is deleted; a missing
   * resource is not an error.
   */
  remove(id: string): Promise<void> | void;
}

/** An error response of Resource Manager: `{"error":{"code","message"}}`. */
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

  toAnswer(): Answer {
    return {
      status: this.status,
      headers: this.headers,
      json: { error: { code: this.code, message: this.message, ...this.more } },
    };
  }
}

/**
 * The gateway's 404 (header `x-ms-failure-cause: gateway`) for a missing resource. Providers throw it too,
 * because the real gateway answers for them.
 */
export function resourceNotFound(type: string, name: string, resourceGroup: string): ArmError {
  return new ArmError(
    404,
    'ResourceNotFound',
    `The Resource '${type}/${name}' under resource group '${resourceGroup}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    { 'x-ms-failure-cause': 'gateway' },
  );
}
