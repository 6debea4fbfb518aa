import assert from 'node:assert/strict';
import type { CommandWorld } from '../commandWorld';

/** The settings of an app, read without Keyless. */
export async function settingsOf(world: CommandWorld, appId: string): Promise<Record<string, string>> {
  const answer = await world.plain.arm('POST', `${appId}/config/appsettings/list`, '2023-12-01');
  return (answer as { properties: Record<string, string> }).properties;
}

/** A connection string with a key of the sandbox's storage account. */
export async function storageConnection(world: CommandWorld): Promise<string> {
  const { subscriptionId } = (await world.app('keyless-demo-app')).app;
  const path = `/subscriptions/${subscriptionId}/resources`;
  const { value } = (await world.plain.arm('GET', path, '2021-04-01')) as {
    value: { id: string; name: string }[];
  };
  const account = value.find(({ name }) => name === 'keylessdemostorage') ?? assert.fail();
  const { keys } = (await world.plain.arm('POST', `${account.id}/listKeys`, '2023-05-01')) as {
    keys: { value: string }[];
  };
  return `DefaultEndpointsProtocol=https;AccountName=${account.name};AccountKey=${keys[0]?.value ?? ''};EndpointSuffix=core.windows.net`;
}
