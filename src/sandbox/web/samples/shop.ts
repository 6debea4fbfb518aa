import { functionJson, hostJson } from './files';

const placeOrderJson = functionJson([
  { authLevel: 'function', type: 'httpTrigger', direction: 'in', name: 'req', methods: ['post'] },
  {
    ...{ type: 'sql', direction: 'in', name: 'prices', connectionStringSetting: 'ShopDb' },
    ...{ commandText: 'SELECT item, price FROM prices', commandType: 'Text' },
  },
  { type: 'serviceBus', direction: 'out', name: 'order', queueName: 'orders', connection: 'OrdersBus' },
  {
    ...{ type: 'cosmosDB', direction: 'out', name: 'reserved', connection: 'Stock' },
    ...{ databaseName: 'shop', containerName: 'stock' },
  },
  { type: 'http', direction: 'out', name: 'res' },
]);

const placeOrderJs = `module.exports = async function (context, req) {
  const { item, quantity = 1 } = req.body ?? {};
  const price = context.bindings.prices.find((one) => one.item === item)?.price;
  if (price === undefined) {
    context.res = { status: 404, body: { error: \`There is no \${item}.\` } };
    return;
  }
  context.bindings.order = { item, quantity, total: price * quantity };
  context.bindings.reserved = { id: context.invocationId, item, quantity };
  context.res = { status: 202 };
};
`;

/** A deployed app's packages. They have no code, so that functions get the sandbox's own copy (workerSetup.ts). */
const packages = Object.fromEntries(
  ['@azure/identity', '@azure/keyvault-secrets'].map((name) => [
    `node_modules/${name}/package.json`,
    `${JSON.stringify({ name, description: 'The sandbox provides this package.' }, null, 2)}\n`,
  ]),
);

/** The files of an app that still holds keys of five services. The sandbox has only the storage accounts. */
export const shop: Record<string, string> = {
  'host.json': hostJson,
  'PlaceOrder/function.json': placeOrderJson,
  'PlaceOrder/index.js': placeOrderJs,
  ...packages,
};
