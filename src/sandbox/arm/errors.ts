import { ArmError } from './provider';

/** Errors of Resource Manager's gateway. The texts come from recordings unless a comment says "inferred". */

const gateway = { 'x-ms-failure-cause': 'gateway' };

export function subscriptionNotFound(subscriptionId: string): ArmError {
  return new ArmError(
    404,
    'SubscriptionNotFound',
    `The subscription '${subscriptionId}' could not be found.`,
    gateway,
  );
}

export function resourceGroupNotFound(name: string): ArmError {
  return new ArmError(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`, gateway);
}

/** A provider's 404 for a type that it doesn't have. Inferred from the widely quoted text. */
export function invalidResourceType(
  namespace: string,
  { rest, apiVersion }: { rest: string[]; apiVersion: string },
  supported: string[],
): ArmError {
  const type = rest.filter((_, index) => index % 2 === 0).join('/'); // types and names alternate
  return new ArmError(
    404,
    'InvalidResourceType',
    `The resource type '${type}' could not be found in the namespace '${namespace}' for api version '${apiVersion}'. The supported api-versions are '${supported.join(',')}'.`,
    gateway,
  );
}

/** Inferred from the widely quoted text. */
export function invalidNamespace(namespace: string): ArmError {
  return new ArmError(
    404,
    'InvalidResourceNamespace',
    `The resource namespace '${namespace}' is invalid.`,
    gateway,
  );
}

export function authorizationFailed(
  client: string,
  objectId: string,
  action: string,
  scope: string,
): ArmError {
  return new ArmError(
    403,
    'AuthorizationFailed',
    `The client '${client}' with object id '${objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    gateway,
  );
}

/** Inferred from the widely quoted text. */
export function locationRequired(): ArmError {
  return new ArmError(
    400,
    'LocationRequired',
    'The location property is required for this definition.',
    gateway,
  );
}

export function methodNotAllowed(method: string): ArmError {
  return new ArmError(
    405,
    'HttpMethodNotAllowed',
    `The http method '${method}' is not supported for this resource.`,
    gateway,
  );
}

/** 400 for a body that isn't the JSON the operation expects. Inferred from the widely quoted text. */
export function invalidRequestContent(why: string): ArmError {
  return new ArmError(
    400,
    'InvalidRequestContent',
    `The request content was invalid and could not be deserialized: '${why}'.`,
    gateway,
  );
}
