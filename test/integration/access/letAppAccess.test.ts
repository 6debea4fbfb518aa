import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { letAppAccess } from '../../../src/commands/access/resources/letAppAccess';
import { whoCanAccess } from '../../../src/commands/access/resources/whoCanAccess';
import { whyCantItAccess } from '../../../src/commands/access/resources/whyCantItAccess';
import { statusOf } from '../../../src/commands/access/proveGrant';
import { undoLastGrant } from '../../../src/commands/access/undoLastGrant';
import type { HttpFunction } from '../../../src/commands/functions/httpFunction';
import { restoreReport } from '../../../src/commands/reports/restoreReport';
import { listFunctions } from '../../../src/azure/appService/sites';
import { listDataRoles } from '../../../src/azure/resources/dataRoles';
import { inFormOfAzure } from '../../../src/grants/access/readDataRoles';
import { removeRoleAssignment } from '../../../src/commands/rights/removeRoleAssignment';
import { withBack } from '../../../src/ui/flow';
import { control } from '../../support/sandboxClient';
import type { CommandWorld } from '../commandWorld';
import { openCommandWorld } from '../commandWorld';
import { Prompts } from '../prompts';
import { settingsOf } from '../replace/storageConnection';
import { ShownReport } from '../shownReport';

const account = 'keylessshopphotos';

describe('an app that gets access to a storage account', function () {
  this.timeout(60_000);
  let world: CommandWorld;
  let prompts: Prompts;
  const report = new ShownReport(() => world.services);
  beforeEach(async () => {
    world = await openCommandWorld();
    prompts = new Prompts();
  });
  afterEach(async () => {
    prompts.finish();
    await world.close();
  });

  const shop = () => world.app('keyless-shop-app');

  const accountId = async () =>
    `${(await shop()).app.id.replace(/Microsoft.Web.*/, '')}Microsoft.Storage/storageAccounts/${account}`;

  /** Calls the function that lists the blobs, and returns its status. */
  async function listPhotos(): Promise<number> {
    const target = await shop();
    const functions = await listFunctions(target.connection, target.app);
    const fn = functions.find(({ name }) => name === 'ListPhotos');
    return await statusOf({ ...target, fn } as HttpFunction, new AbortController().signal);
  }

  /** The app connects without the key, and not yet with a role. */
  async function forgetKey(): Promise<void> {
    const { id } = (await shop()).app;
    const { Photos: _, ...rest } = await settingsOf(world, id);
    const properties = { ...rest, Photos__blobServiceUri: `https://${account}.blob.core.windows.net` };
    await world.plain.arm('PUT', `${id}/config/appsettings`, '2023-12-01', { properties });
  }

  it('reads blobs by its identity after the plan was carried out, and no longer after Undo', async () => {
    await forgetKey();
    assert.equal(await listPhotos(), 500);
    prompts.pick(account).pick('photos').pick('Read blobs');
    await letAppAccess(world.services, await shop());
    assert.deepEqual(prompts.lists[1]?.labels, [`All of ${account}`, 'photos']);
    assert.deepEqual(prompts.lists[2]?.labels, [
      ...['Read blobs', 'Read, write, and delete blobs', 'Do everything with blobs', 'Another Role…'],
    ]);
    assert.match(
      report.text,
      /^# Let keyless-shop-app access the container photos of storage account keylessshopphotos\?\n\n\*\*2 steps/,
    );
    for (const part of [
      /1\. Enable the system-assigned identity of keyless-shop-app/,
      /2\. Assign the role Storage Blob Data Reader on the container photos/,
      /It can take up to 10 minutes/,
      /List and read blobs, and nothing else/,
      /Keys that the app holds stay/,
    ])
      assert.match(report.text, part);
    prompts.pick('ListPhotos');
    await report.press('Select a Function…');
    await report.press('Grant Access');
    assert.match(prompts.last.text, /can access the container photos of .*: ListPhotos ran successfully\./);
    assert.equal(await listPhotos(), 200);
    assert.match(
      (await world.loggedLines()).join('\n'),
      /Assigned Storage Blob Data Reader to .* on container photos.*\n.*az role assignment create/,
    );

    const { accountId: signedIn, tenantId } = world.connection;
    const { id: appId } = (await shop()).app;
    const restored = await restoreReport(world.services, {
      ...{ kind: 'access', account: { accountId: signedIn, tenantId }, appId, identity: 'SystemAssigned' },
      ...{
        scope: `${await accountId()}/blobServices/default/containers/photos`,
        wanted: 'readBlobs',
      },
    });
    assert.ok(restored);
    await world.services.reports.show(restored);
    assert.deepEqual(report.buttons.slice(0, 2), ['Verify Access', 'Undo Grant']);

    prompts.button('Undo Grant');
    await undoLastGrant(world.services);
    assert.match(prompts.last.text, /Undid the grant "keyless-shop-app can access the container photos/);
    assert.equal((await shop()).app.identity.systemAssigned, undefined);
    assert.equal(await listPhotos(), 500);
  });

  it('gets a role that was picked by its name for a whole account, and goes back in the questions', async () => {
    prompts.pick(account).back().pick('keylessshopstorage').pick('All of keylessshopstorage');
    prompts.pick('Another Role…').pick('Storage Account Key Operator Service Role');
    const target = await shop();
    await withBack(() => letAppAccess(world.services, target));
    assert.match(report.text, /Use the role Storage Account Key Operator Service Role/);
    await report.press('Grant Access');
    assert.match(prompts.last.text, /it has permission, which can take up to 10 minutes to take effect/);
    assert.deepEqual(prompts.last.buttons, ['Undo Grant']);
    assert.ok(!report.buttons.includes('Grant Access'));
  });

  it("reads one container of a Cosmos DB account by the account's own role, until that's removed", async () => {
    prompts.pick('keyless-shop-stock').pick('shop').pick('stock').pick('Read items');
    await letAppAccess(world.services, await shop());
    assert.deepEqual(
      prompts.lists.slice(1).map(({ labels }) => labels),
      [
        ['All of keyless-shop-stock', 'shop'],
        ['All of shop', 'stock'],
        ['Read items', 'Read and change items'],
      ],
    );
    assert.match(report.text, /Assign the role Cosmos DB Built-in Data Reader on the container stock of/);
    await report.press('Grant Access');
    assert.match(
      prompts.last.text,
      /can access the container stock of Cosmos DB account keyless-shop-stock: it has permission/,
    );
    prompts.pick('keyless-shop-stock').pick('All of keyless-shop-stock').pick('Read items');
    await whoCanAccess(world.services);
    assert.match(report.text, /Cosmos DB Built-in Data Reader, only on container stock/);
    prompts.button('Remove Role Assignment');
    assert.ok(report.buttons.includes('Remove Role Assignment…'));
    const { connection } = world;
    const stock = (await accountId()).replace(
      /Microsoft.Storage.*/,
      'Microsoft.DocumentDB/databaseAccounts/keyless-shop-stock',
    );
    const [given] = await listDataRoles(connection, stock);
    assert.ok(given);
    await removeRoleAssignment(world.services, { connection, assignment: inFormOfAzure(given) });
    assert.match(
      prompts.last.text,
      /keyless-shop-app no longer has Cosmos DB Built-in Data Reader on container stock/,
    );
    await report.page.check();
    assert.match(
      report.text,
      /No one was found whose role allows it[^]*But everyone who has a key can access it/,
    );
    assert.match(report.text, /Read and query items, and follow changes/);
    assert.match(
      (await world.loggedLines()).join('\n'),
      /Removed a role from .* on container stock.*\n.*az cosmosdb sql role assignment delete/,
    );
  });

  it('uses a SQL database after someone ran a script, which another script undoes', async () => {
    prompts.pick('keyless-shop-sql').pick('shop').pick('Read and change data');
    await letAppAccess(world.services, await shop());
    assert.deepEqual(
      prompts.lists.slice(1).map(({ labels }) => labels),
      [['shop'], ['Read data', 'Read and change data', 'Do everything in the database']],
    );
    assert.match(report.text, /A script in the database gives it access/);
    assert.match(
      report.text,
      /2\. Run the script in the database shop on keyless-shop-sql\.database\.windows\.net .*: db.+reader, db.+writer/,
    );
    assert.deepEqual(report.buttons.slice(0, 2), ['Enable Identity', 'Show Report']);
    await world.plain.arm('PATCH', (await shop()).app.id, '2023-12-01', {
      identity: { type: 'SystemAssigned' },
    });
    await report.page.check();
    assert.deepEqual(report.buttons.slice(0, 3), ['Open Script', 'Open Undo Script', 'Show Report']);
    for (const [button, sql] of [
      ['Open Script', 'ALTER ROLE [db_datawriter] ADD MEMBER [keyless-shop-app];'],
      ['Open Undo Script', 'ALTER ROLE [db_datawriter] DROP MEMBER [keyless-shop-app];'],
    ] as const) {
      await report.press(button);
      const isIt = ({ isUntitled, languageId, getText }: vscode.TextDocument) =>
        isUntitled && languageId === 'sql' && getText().includes(sql);
      assert.ok(vscode.workspace.textDocuments.some(isIt), button);
    }
    for (let left = 2; left > 0; left--)
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    assert.match(report.text, /Select a function that uses the database/);
    prompts.pick('ListPhotos');
    await report.press('Select a Function…');
    await report.press('Verify Access');
    assert.match(
      prompts.last.text,
      /can access the database shop of SQL server .*: ListPhotos ran successfully/,
    );
    assert.match(report.text, /ListPhotos ran successfully/);

    prompts.pick('keyless-shop-sql').pick('shop').pick('Read data');
    await whyCantItAccess(world.services, await shop());
    assert.match(report.text, /Only the database shop of SQL server keyless-shop-sql itself knows/);
    assert.deepEqual(report.buttons, ['Let App Access…']);
  });

  it('gets it by the fixes of the report on why it has none, and is then among those who have it', async () => {
    await control(world.ready, 'PATCH', '/settings', { rolePropagationMs: 0 });
    await forgetKey();
    prompts.pick(account).pick('photos').pick('Read blobs');
    await whyCantItAccess(world.services, await shop());
    assert.match(
      report.text,
      /^# Can keyless-shop-app access the container photos.*\n\n\*\*No, for one reason/,
    );
    assert.deepEqual(report.buttons, [
      ...['Let App Access…', 'Who Can Access This?', 'Enable System-Assigned Identity'],
    ]);
    await report.press('Enable System-Assigned Identity');
    assert.match(
      report.text,
      /No role assignment on the container photos .* lets the identity do this: Read blobs/,
    );
    await report.press('Assign Storage Blob Data Reader');
    assert.match(report.text, /\*\*Yes\. Nothing blocks it\.\*\*/);
    assert.match(report.text, /The role was assigned minutes ago/);
    assert.equal(await listPhotos(), 200);

    prompts.pick(account).pick(`All of ${account}`).pick('Read blobs');
    await whoCanAccess(world.services);
    assert.match(report.text, /# Who can access the storage account keylessshopphotos\?/);
    assert.match(report.text, /keyless-shop-app[^]*Storage Blob Data Reader, only on container photos/);
    assert.match(
      report.text,
      /The resource accepts keys[^]*These can list the keys: user .*, application or managed identity /,
    );
    await world.plain.arm('PATCH', await accountId(), '2023-05-01', {
      properties: { allowSharedKeyAccess: false },
    });
    await report.page.check();
    assert.doesNotMatch(report.text, /accepts keys/);
    assert.ok(report.buttons.includes('Remove Role Assignment…'));
  });
});
