import fs from 'node:fs';
import https from 'node:https';
import { AzureNamedKeyCredential, TableClient } from '@azure/data-tables';
import type { TokenCredential } from '@azure/core-auth';
import { createDefaultHttpClient } from '@azure/core-rest-pipeline';
import * as blobs from '@azure/storage-blob';
import * as queues from '@azure/storage-queue';
import type { SandboxReady } from '../../../support/sandbox';
import { applicationToken } from '../../../support/sandboxClient';
import { toLoopback } from '../keyvault/loopback';

/** Who a client is: someone with this key of the account, or the sandbox's application. */
export type Credential = { key: string } | { token: string };

/** Microsoft's own clients for the accounts of a sandbox, over TLS. */
export class StorageClients {
  readonly #agent: https.Agent;

  constructor(private readonly ready: SandboxReady) {
    const ca = fs.readFileSync(ready.caCertificateFile, 'utf8');
    this.#agent = new https.Agent({ ca, lookup: toLoopback });
  }

  async application(resource = 'https://storage.azure.com'): Promise<Credential> {
    return { token: await applicationToken(this.ready, resource) };
  }

  blobs(account: string, credential: Credential): blobs.BlobServiceClient {
    const own =
      'key' in credential
        ? new blobs.StorageSharedKeyCredential(account, credential.key)
        : withToken(credential.token);
    const pipeline = blobs.newPipeline(own, { retryOptions: { maxTries: 1 } });
    pipeline.factories.push(this.#throughAgent());
    return new blobs.BlobServiceClient(this.#url(account, 'blob'), pipeline);
  }

  queues(account: string, credential: Credential): queues.QueueServiceClient {
    const own =
      'key' in credential
        ? new queues.StorageSharedKeyCredential(account, credential.key)
        : withToken(credential.token);
    const pipeline = queues.newPipeline(own, { retryOptions: { maxTries: 1 } });
    pipeline.factories.push(this.#throughAgent());
    return new queues.QueueServiceClient(this.#url(account, 'queue'), pipeline);
  }

  table(account: string, name: string, credential: Credential): TableClient {
    const { sendRequest } = createDefaultHttpClient();
    const agent = this.#agent;
    const options = {
      httpClient: {
        sendRequest: (request: Parameters<typeof sendRequest>[0]) =>
          sendRequest(Object.assign(request, { agent })),
      },
      retryOptions: { maxRetries: 0 },
    };
    const url = this.#url(account, 'table');
    return 'key' in credential
      ? new TableClient(url, name, new AzureNamedKeyCredential(account, credential.key), options)
      : new TableClient(url, name, withToken(credential.token), options);
  }

  #url(account: string, service: string): string {
    return `https://${account}.${service}.localhost:${this.ready.storagePort}`;
  }

  #throughAgent(): blobs.RequestPolicyFactory {
    const agent = this.#agent;
    return {
      create: (next) => ({ sendRequest: (request) => next.sendRequest(Object.assign(request, { agent })) }),
    };
  }
}

function withToken(token: string): TokenCredential {
  return { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_000_000 }) };
}
