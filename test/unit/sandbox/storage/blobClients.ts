import fs from 'node:fs';
import https from 'node:https';
import type { TokenCredential } from '@azure/core-auth';
import { BlobServiceClient, newPipeline, StorageSharedKeyCredential } from '@azure/storage-blob';
import type { SandboxReady } from '../../../support/sandbox';
import { applicationToken } from '../../../support/sandboxClient';
import { toLoopback } from '../keyvault/loopback';

/** Microsoft's own clients for an account of a sandbox, over TLS. */
export class BlobClients {
  readonly #agent: https.Agent;

  constructor(private readonly ready: SandboxReady) {
    const ca = fs.readFileSync(ready.caCertificateFile, 'utf8');
    this.#agent = new https.Agent({ ca, lookup: toLoopback });
  }

  withKey(account: string, key: string): BlobServiceClient {
    return this.#client(account, new StorageSharedKeyCredential(account, key));
  }

  /** As the sandbox's application. */
  async withToken(account: string, resource = 'https://storage.azure.com'): Promise<BlobServiceClient> {
    const token = await applicationToken(this.ready, resource);
    return this.#client(account, {
      getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_000_000 }),
    });
  }

  #client(account: string, credential: StorageSharedKeyCredential | TokenCredential): BlobServiceClient {
    const pipeline = newPipeline(credential, { retryOptions: { maxTries: 1 } });
    pipeline.factories.push({
      create: (next) => ({
        sendRequest: (request) => {
          request.agent = this.#agent;
          return next.sendRequest(request);
        },
      }),
    });
    const url = `https://${account}.blob.localhost:${this.ready.storagePort}`;
    return new BlobServiceClient(url, pipeline);
  }
}
