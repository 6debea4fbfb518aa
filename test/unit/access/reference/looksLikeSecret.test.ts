import assert from 'node:assert/strict';
import { looksLikeSecret } from '../../../../src/access/reference/looksLikeSecret';

/** Assembled at run time, so that no scanner mistakes the samples for leaks. */
const key64 =
  'u8Vd'.repeat(2) + 'Kq0Z3pXw9+Tb1LrEmYh7Nc5GsJf2AoUi6Qv/4Rx8WzDkPyMtB0lCgHnSe' + 'J1aF3d5OwIbEx==';
const jwt = ['eyJ0eXAiOiJKV1QifQ', 'eyJhdWQiOiJodHRwcyJ9', 'c2lnbmF0dXJl'].join('.');

const secret: readonly (readonly [name: string, value: string])[] = [
  [
    'AzureWebJobsStorage',
    `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${key64};EndpointSuffix=core.windows.net`,
  ],
  [
    'Bus',
    `Endpoint=sb://a.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=${key64.slice(0, 44)}`,
  ],
  ['Cosmos', `AccountEndpoint=https://a.documents.azure.com:443/;AccountKey=${key64};`],
  ['Sql', 'Server=tcp:a.database.windows.net,1433;Database=d;User ID=u;Password=hunter2;Encrypt=True'],
  ['Sql2', 'Data Source=a;Pwd=x'],
  ['Redis', 'a.redis.cache.windows.net:6380,password=abc=,ssl=True'],
  ['Mongo', 'mongodb://user:pa55@a.mongo.cosmos.azure.com:10255/?ssl=true'],
  ['Amqp', 'amqps://u:p@host:5671/vhost'],
  ['Blob', 'https://a.blob.core.windows.net/c?sv=2022-11-02&sr=c&sig=abcdefghijkl%3D'],
  ['Package', 'https://a.blob.core.windows.net/c/app.zip?sp=r&sig=abcdefghijkl%3D'],
  ['Sas', 'sv=2022-11-02&ss=b&srt=sco&sp=rl&se=2027-01-01&sig=abcdefgh'],
  ['Hook', 'https://a.azurewebsites.net/api/f?code=abcdefghijklmnop=='],
  ['Token', jwt],
  ['Header', `Bearer ${jwt}`],
  ['Pem', ['-----BEGIN RSA', 'PRIVATE KEY-----\nMIIE'].join(' ')],
  ['GitHub', 'gh'.concat('p_0123456789abcdefghijABCDEFGHIJ012345')],
  ['Stripe', 'sk'.concat('_live_0123456789abcdefghij')],
  ['Aws', 'AK'.concat('IA0123456789ABCDEF')],
  ['Client', `abc8Q~${'aB3-'.repeat(8)}xy`],
  ['Storage', key64],
  ['Hex', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
  ['Value', 'kJ8sP2xQ9vL4mN7wR3tZ6yB1'],
  ['DB_PASSWORD', 'hunter2'],
  ['DbPassword', 'correct horse battery'],
  ['ApiKey', 'abcdef'],
  ['Stripe__Secret', 'abcdef'],
  ['SMTP_PASS', 'abcdef'],
  ['MAPS_API_KEY', '8c1f6d0a-2b3e-4c5d-8e9f-0123456789ab'],
];

const plain: readonly (readonly [name: string, value: string])[] = [
  ['', ''],
  ['FUNCTIONS_EXTENSION_VERSION', '~4'],
  ['FUNCTIONS_WORKER_RUNTIME', 'dotnet-isolated'],
  ['WEBSITE_NODE_DEFAULT_VERSION', '~22'],
  ['WEBSITE_RUN_FROM_PACKAGE', '1'],
  ['WEBSITE_RUN_FROM_PACKAGE', 'https://a.blob.core.windows.net/c/app.zip'],
  ['WEBSITE_CONTENTSHARE', 'myfunctionapp8c1f6d0a2b3e'],
  ['APPINSIGHTS_INSTRUMENTATIONKEY', '8c1f6d0a-2b3e-4c5d-8e9f-0123456789ab'],
  [
    'APPLICATIONINSIGHTS_CONNECTION_STRING',
    'InstrumentationKey=8c1f6d0a-2b3e-4c5d-8e9f-0123456789ab;IngestionEndpoint=https://x/',
  ],
  ['SECRET_URI', 'https://kv.vault.azure.net/secrets/ASampleKey/0123456789abcdef0123456789abcdef'],
  ['DB_PASSWORD', '@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/s)'],
  ['DB_PASSWORD', '@Microsoft.KeyVault(VaultName=kv;SecretName=s)'],
  ['KEY_VAULT_NAME', 'keyless-demo-kv'],
  ['SECRET_NAME', 'ASampleKey'],
  ['TENANT_ID', '8c1f6d0a-2b3e-4c5d-8e9f-0123456789ab'],
  ['USE_TOKEN', 'true'],
  ['Token', ''],
  ['MaxTokens', '4096'],
  ['Bus__fullyQualifiedNamespace', 'my-long-named-namespace01.servicebus.windows.net'],
  ['AzureWebJobsStorage__accountName', 'mystorageaccount0123456'],
  ['AzureWebJobsStorage__credential', 'managedidentity'],
  ['VERSION', '1.2.3-beta.4+build.20261124'],
  ['COMMIT_MESSAGE', 'Made the Thing work 100 times better than Before'],
  ['SCALE', '/subscriptions/8c1f6d0a-2b3e-4c5d-8e9f-0123456789ab/resourceGroups/rg'],
  ['ASSEMBLY', 'Contoso.Functions.OrderProcessing.Handler2, Contoso'],
  ['TYPE_NAME', 'ContosoFunctionsOrderProcessingHandler2'],
  ['HOME_FOLDER', 'C:\\home\\site\\wwwroot\\Data2'],
  ['SCHEDULE', '0 */5 * * * *'],
  ['MAIL', 'someone.with.long.Name01@contoso.example'],
  ['FEATURES', 'NewCheckout,FastSearch2,DarkMode'],
  ['REDIRECT', 'https://app.example/callback?state=abc&response_mode=query'],
  ['NUMBERS', '12345678901234567890123456789012'],
];

describe('looksLikeSecret', () => {
  for (const [name, value] of secret)
    it(`marks ${name}: ${value.slice(0, 30)}`, () => {
      assert.equal(looksLikeSecret(name, value), true);
    });

  for (const [name, value] of plain)
    it(`leaves ${name}: ${value.slice(0, 30)}`, () => {
      assert.equal(looksLikeSecret(name, value), false);
    });

  it('stays fast with long values', () => {
    const start = performance.now();
    for (const long of [
      'a'.repeat(200_000),
      'a=b;'.repeat(50_000),
      'a.'.repeat(100_000),
      'aA1-'.repeat(50_000),
    ])
      looksLikeSecret('NAME', long);
    assert.ok(performance.now() - start < 2000, `${performance.now() - start} ms`);
  });
});
