import assert from 'node:assert/strict';
import { changeAppSettings, readAppSettings } from '../../../../src/azure/appService/settings/appSettings';
import { changeSlotSetting, slotSettingNames } from '../../../../src/azure/appService/settings/slotSettings';
import { listSlots } from '../../../../src/azure/appService/sites';
import { listResources } from '../../../../src/azure/resources/resources';
import type { Replacement } from '../../../../src/grants/replace/replacement';
import { undoReplacement } from '../../../../src/grants/replace/undoReplacement';
import { useGrantWorld } from '../grantWorld';

const [setting, name] = ['AzureWebJobsStorage', 'AzureWebJobsStorage__accountName'];
const value = 'keylessdemostorage';

describe('The mark of a slot setting that a replacement added', function () {
  this.timeout(60_000);
  const world = useGrantWorld();

  it('stays with Undo as long as another slot has that setting', async () => {
    const main = world.app('keyless-linux-app');
    const [staging = assert.fail()] = await listSlots(world.c, main);
    const accounts = await listResources(world.c, world.app().subscriptionId);
    const { id: accountId } = accounts.find((one) => one.name === value) ?? assert.fail();
    const oldValue = { kind: 'storageKey', accountId, keyName: 'key1', before: '', after: '' } as const;
    for (const [app, other] of [
      [main, staging],
      [staging, main],
    ] as const) {
      const replacement: Replacement = {
        ...{ id: 'one', appId: app.id, identity: 'SystemAssigned', functions: [], steps: [], readyAt: 0 },
        parts: [{ setting, write: { set: { [name]: value }, remove: [setting] }, sticky: [name], oldValue }],
      };
      const undo = async () => {
        const events = { writes: () => undefined, changed: () => undefined, looked: () => undefined };
        const undone = undoReplacement(world.place(), replacement, [], [], events, world.never);
        // The sandbox can't run this app, which is noticed only after its settings are restored.
        await assert.rejects(undone, { code: 'HostUnhealthy' });
        assert.ok((await readAppSettings(world.c, app)).has(setting));
        return (await slotSettingNames(world.c, app, world.never)).appsettings.has(name.toLowerCase());
      };
      await changeSlotSetting(world.c, app, { name }, true);
      await changeAppSettings(world.c, other, { kind: 'set', name, value });
      assert.equal(await undo(), true);
      await changeAppSettings(world.c, other, { kind: 'delete', name });
      assert.equal(await undo(), false);
    }
  });
});
