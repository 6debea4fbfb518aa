import { methodNotAllowed } from '../arm/errors';
import { sameId } from '../arm/ids';
import { isRecord } from '../arm/json';
import type { ArmCall, ResourceProvider } from '../arm/provider';
import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import { madeUpKey } from '../world/madeUpKeys';
import type { OtherResource } from '../world/world';
import { badRequest, KeyedResources, notFound } from './keyedResources';
import { forgetKeys, keysOf } from './keys';

/** Microsoft.SignalRService/SignalR (signalr.json of azure-rest-api-specs). */
export function createSignalR(context: SandboxContext): ResourceProvider {
  return new SignalR(context);
}

const names = ['primaryKey', 'secondaryKey'];

class SignalR extends KeyedResources {
  protected readonly shownType = 'Microsoft.SignalRService/SignalR';

  constructor(context: SandboxContext) {
    super(context, 'Microsoft.SignalRService', 'SignalR', ['2023-02-01', '2024-03-01']);
  }

  protected usual({ name }: OtherResource): Record<string, unknown> {
    return {
      ...{ provisioningState: 'Succeeded', version: '1.0', publicPort: 443, serverPort: 443 },
      ...{ hostName: `${name}.service.signalr.net`, publicNetworkAccess: 'Enabled', disableAadAuth: false },
    };
  }

  /** The document has 200 and 202. */
  protected patched(call: ArmCall, resource: OtherResource): Answer {
    return { status: 202, headers: this.operation(call, resource) };
  }

  /** "All existing access keys are permanently deleted" (signalr-howto-disable-local-auth). */
  protected override turnedOff({ id }: OtherResource): void {
    forgetKeys(this.context.world, id);
  }

  protected onPart(call: ArmCall, resource: OtherResource, [action = '', ...more]: string[]) {
    if (more.length > 0) throw notFound(call);
    if (call.method !== 'POST') throw methodNotAllowed(call.method);
    if (sameId(action, 'listKeys')) return { status: 200, json: this.keysJson(resource) };
    if (sameId(action, 'regenerateKey')) return this.regenerate(call, resource);
    throw notFound(call);
  }

  /** SignalRKeys. That nothing is listed once the keys are deleted is inferred. */
  private keysJson(resource: OtherResource): object {
    if (resource.properties['disableLocalAuth'] === true) return {};
    const keys = [...keysOf(this.context.world, resource.id, names, 'signalR')];
    return Object.fromEntries(
      keys.flatMap(([name, key]) => [
        [name, key],
        [
          name.replace('Key', 'ConnectionString'),
          `Endpoint=https://${resource.name}.service.signalr.net;AccessKey=${key};Version=1.0;`,
        ],
      ]),
    );
  }

  private async regenerate(call: ArmCall, resource: OtherResource): Promise<Answer> {
    const body = await call.json();
    const type = isRecord(body) && typeof body['keyType'] === 'string' ? body['keyType'] : '';
    const name = names.find((one) => sameId(one, `${type}Key`));
    if (name === undefined || resource.properties['disableLocalAuth'] === true)
      throw badRequest('The key type must be Primary or Secondary, and the resource must have keys.');
    keysOf(this.context.world, resource.id, names, 'signalR').set(name, madeUpKey('signalR'));
    return { status: 202, headers: this.operation(call, resource) };
  }

  private operation(call: ArmCall, { location }: OtherResource) {
    return call.operations.start({
      kind: 'azureAsyncOperation',
      parent: `/subscriptions/${call.subscriptionId ?? ''}/providers/Microsoft.SignalRService/locations/${location}`,
      apiVersion: call.apiVersion,
      durationMs: 500,
    });
  }
}
