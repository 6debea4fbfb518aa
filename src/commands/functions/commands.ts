import type { AppTarget, FunctionTarget, SecretTarget } from '../../inventory/targets';
import type { CommandTable } from '../command';

/** Commands for functions. Each loads on first use. */
export const functionsCommands: CommandTable = {
  'keyless.runFunction': async (services, node?: AppTarget | FunctionTarget) =>
    (await import('./runFunction')).runFunction(services, node),
  'keyless.copyFunctionUrl': async (services, node?: AppTarget | FunctionTarget) =>
    (await import('./functionUrl')).copyFunctionUrl(services, node),
  'keyless.copyFunctionUrlWithKey': async (services, node?: AppTarget | FunctionTarget) =>
    (await import('./functionUrl')).copyFunctionUrlWithKey(services, node),
  'keyless.manageFunctionKeys': async (services, node?: AppTarget | FunctionTarget) =>
    (await import('./manageFunctionKeys')).manageFunctionKeys(services, node),
  'keyless.addFunctionThatReadsSecret': async (services, node?: AppTarget | SecretTarget) =>
    (await import('./addFunction')).addFunctionThatReadsSecret(services, node),
};
