import assert from 'node:assert/strict';
import { fakeKeys as fake } from './fakeKeys';
import { find } from './find';

describe('what is not a credential', () => {
  const harmless: readonly (readonly [name: string, value: string])[] = [
    ['AzureWebJobsStorage', 'UseDevelopmentStorage=true'],
    [
      'AzureWebJobsStorage',
      `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=${fake.storageUnmarked};BlobEndpoint=http://azurite:10000/devstoreaccount1`,
    ],
    ['AzureWebJobsStorage__accountName', 'fakeacct01'],
    ['Docs', '@Microsoft.KeyVault(SecretUri=https://fakekv.vault.azure.net/secrets/docs)'],
    ['Feature', '@Microsoft.AppConfiguration(Endpoint=https://fakecfg.azconfig.io; Key=a; Label=b)'],
    ['WEBSITE_RUN_FROM_PACKAGE', '1'],
    ['WEBSITE_RUN_FROM_PACKAGE', 'https://fakeacct01.blob.core.windows.net/pkg/app.zip'],
    [
      'LocalBus',
      'Endpoint=sb://localhost;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;',
    ],
    ['Cosmos', `AccountEndpoint=https://localhost:8081/;AccountKey=${fake.storageUnmarked}`],
    [
      'SqlConnectionString',
      'Server=tcp:fakesql.database.windows.net,1433;Database=db1;Authentication=Active Directory Managed Identity;Encrypt=True',
    ],
    [
      'AzureSignalRConnectionString',
      'Endpoint=https://fakesig.service.signalr.net;AuthType=azure.msi;Version=1.0;',
    ],
    [
      'APPLICATIONINSIGHTS_CONNECTION_STRING',
      'InstrumentationKey=00000000-1111-2222-3333-444444444444;IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/',
    ],
    ['Storage', 'AccountKey=<your-key>'],
    ['Storage', 'AccountName=fakeacct01;AccountKey=${STORAGE_KEY}'],
    ['STORAGE_KEY', '#{storageKey}#'],
    ['Checksum', '0123456789abcdef'.repeat(4)],
    ['Digest', `${'Zm9vYmFyQUJD0123'.repeat(6).slice(0, 86)}==`],
    ['AZURE_CLIENT_ID', '00000000-1111-2222-3333-444444444444'],
    ['Orders__clientId', '00000000-1111-2222-3333-444444444444'],
    ['WEBSITE_CONTENTSHARE', 'fakeshare1234'],
    ['WEBSITE_AUTH_ENCRYPTION_KEY', '0123456789ABCDEF'.repeat(4)],
    ['DurableTask', 'Endpoint=https://fake.westeurope.durabletask.io;Authentication=ManagedIdentity'],
    ['Country', 'https://example.com/prices?code=de'],
  ];
  for (const [name, value] of harmless)
    it(`finds nothing in ${name}=${value.slice(0, 60)}`, () => {
      assert.deepEqual(find({ [name]: value }), []);
    });
});
