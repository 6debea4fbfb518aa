import assert from 'node:assert/strict';
import type { CommandWorld } from '../commandWorld';

/** The settings of an app, read without Keyless. */
export async function settingsOf(world: CommandWorld, appId: string): Promise<Record<string, string>> {
  const answer = await world.plain.arm('POST', `${appId}/config/appsettings/list`, '2023-12-01');
  return (answer as { properties: Record<string, string> }).properties;
}

/** A connection string with a key of one of the sandbox's storage accounts. */
export async function storageConnection(world: CommandWorld, wanted = 'keylessdemostorage'): Promise<string> {
  const lists = world.ready.subscriptionIds.map(async (id) => {
    const answer = await world.plain.arm('GET', `/subscriptions/${id}/resources`, '2021-04-01');
    return (answer as { value: { id: string; name: string }[] }).value;
  });
  const all = (await Promise.all(lists)).flat();
  const account = all.find(({ name }) => name === wanted) ?? assert.fail();
  const { keys } = (await world.plain.arm('POST', `${account.id}/listKeys`, '2023-05-01')) as {
    keys: { value: string }[];
  };
  return `DefaultEndpointsProtocol=https;AccountName=${account.name};AccountKey=${keys[0]?.value ?? ''};EndpointSuffix=core.windows.net`;
}
