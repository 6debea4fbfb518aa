import assert from 'node:assert/strict';
import { useAzurite } from '../../../support/azurite';
import { account, codeOf, namesIn, StorageWorld } from './storageWorld';

const messageSender = 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a';
const messageProcessor = '8a0f0c08-91a1-4084-bc3d-661d67233fed';
const tableDataReader = '76199698-9eea-4c19-bc75-cec21354c6b6';
const tableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3';
const refused = '403 AuthorizationPermissionMismatch';

/** The sandbox itself has no queues and tables. */
describe('With Azurite behind the sandbox, through their official SDKs,', function () {
  const azurite = useAzurite([account]);
  let world: StorageWorld;

  beforeEach(async () => {
    world = await StorageWorld.start(azurite.storageFile);
  });
  afterEach(() => world.stop());

  it('messages are sent and received by those who may do each', async () => {
    const service = world.clients.queues(account, await world.key());
    await service.createQueue('orders');
    const orders = world.clients.queues(account, await world.clients.application()).getQueueClient('orders');
    assert.equal(await codeOf(orders.sendMessage('one')), refused);
    await world.assign(messageSender, '/queueServices/default/queues/orders');
    await orders.sendMessage('one');
    assert.equal(await codeOf(orders.receiveMessages()), refused);
    assert.equal(await codeOf(orders.peekMessages()), refused);
    await world.assign(messageProcessor, '/queueServices/default/queues/orders');
    const [message] = (await orders.receiveMessages()).receivedMessageItems;
    assert.equal(message?.messageText, 'one');
    await orders.deleteMessage(message.messageId, message.popReceipt);
    assert.equal(await codeOf(orders.clearMessages()), refused);
    await service.deleteQueue('orders');
  });

  it('entities are read and written by those who may do each', async () => {
    const byKey = world.clients.table(account, 'Prices', await world.key());
    await byKey.createTable();
    await byKey.createEntity({ partitionKey: 'fruit', rowKey: 'apple', price: 3 });
    const prices = world.clients.table(account, 'Prices', await world.clients.application());
    const rowKeys = async () => {
      const keys = [];
      for await (const { rowKey } of prices.listEntities()) keys.push(rowKey);
      return keys;
    };
    const pear = { partitionKey: 'fruit', rowKey: 'pear', price: 4 };
    assert.equal(await codeOf(rowKeys()), refused);
    await world.assign(tableDataReader, '/tableServices/default/tables/Prices');
    assert.deepEqual(await rowKeys(), ['apple']);
    assert.equal(await codeOf(prices.createEntity(pear)), refused);
    await world.assign(tableDataContributor);
    await prices.createEntity(pear);
    await prices.upsertEntity({ ...pear, price: 5 });
    await prices.deleteEntity('fruit', 'apple');
    assert.deepEqual(await rowKeys(), ['pear']);
    await byKey.deleteTable();
  });

  it('an account whose keys are turned off is closed for them', async () => {
    const key = await world.key();
    await world.update({ allowSharedKeyAccess: false });
    const closed = '403 KeyBasedAuthenticationNotPermitted';
    assert.equal(await codeOf(namesIn(world.clients.queues(account, key).listQueues())), closed);
    const entities = world.clients.table(account, 'Prices', key);
    assert.equal(await codeOf(entities.getEntity('a', 'b')), closed);
  });
});
