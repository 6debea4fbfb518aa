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

const listPhotosJson = functionJson([
  { authLevel: 'function', type: 'httpTrigger', direction: 'in', name: 'req', methods: ['get'] },
  { type: 'blob', direction: 'in', name: 'first', path: 'photos/beach.txt', connection: 'Photos' },
  { type: 'http', direction: 'out', name: 'res' },
]);

const listPhotosJs = `const { createHmac } = require('node:crypto');
const { DefaultAzureCredential } = require('@azure/identity');

module.exports = async function (context) {
  const { photos, opened } = await list('photos');
  context.log(\`Found \${photos.length} photos with \${opened}\`);
  context.res = { body: { photos, first: context.bindings.first?.toString(), opened } };
};

/** Like a binding, uses the connection string as long as there is one, and the app's identity after that. */
async function list(container) {
  const connectionString = process.env.Photos;
  const headers = { 'x-ms-date': new Date().toUTCString(), 'x-ms-version': '2023-11-03' };
  let endpoint = process.env.Photos__blobServiceUri ?? process.env.Photos__serviceUri;
  if (connectionString) {
    const part = (name) => new RegExp(\`(?:^|;)\${name}=([^;]+)\`, 'i').exec(connectionString)?.[1];
    const account = part('AccountName');
    endpoint = \`https://\${account}.blob.\${part('EndpointSuffix') ?? 'core.windows.net'}\`;
    const own = Object.entries(headers).map(([name, value]) => \`\${name}:\${value}\`);
    const resource = [\`/\${account}/\${container}\`, 'comp:list', 'restype:container'];
    const signed = ['GET', ...Array(11).fill(''), ...own, ...resource].join('\\n');
    const key = Buffer.from(part('AccountKey'), 'base64');
    headers.authorization = \`SharedKey \${account}:\${createHmac('sha256', key).update(signed).digest('base64')}\`;
  } else {
    const { token } = await new DefaultAzureCredential().getToken('https://storage.azure.com/.default');
    headers.authorization = \`Bearer \${token}\`;
  }
  const url = \`\${endpoint.replace(/\\/$/, '')}/\${container}?restype=container&comp=list\`;
  const answer = await fetch(url, { headers });
  const text = await answer.text();
  if (!answer.ok) throw new Error(\`\${answer.status} \${/<Code>(.*?)</.exec(text)?.[1] ?? text}\`);
  const photos = [...text.matchAll(/<Name>(.*?)</g)].map(([, name]) => name);
  return { photos, opened: connectionString ? 'a key' : 'the identity' };
}
`;

/** A deployed app's packages. They have no code, so that functions get the sandbox's own copy (workerSetup.ts). */
const packages = Object.fromEntries(
  ['@azure/identity', '@azure/keyvault-secrets'].map((name) => [
    `node_modules/${name}/package.json`,
    `${JSON.stringify({ name, description: 'The sandbox provides this package.' }, null, 2)}\n`,
  ]),
);

/** The files of an app that still holds five keys. Only the storage accounts have a data plane here. */
export const shop: Record<string, string> = {
  'host.json': hostJson,
  'ListPhotos/function.json': listPhotosJson,
  'ListPhotos/index.js': listPhotosJs,
  'PlaceOrder/function.json': placeOrderJson,
  'PlaceOrder/index.js': placeOrderJs,
  ...packages,
};
