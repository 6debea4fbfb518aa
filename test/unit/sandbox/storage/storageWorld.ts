import assert from 'node:assert/strict';
import type { RestError } from '@azure/core-rest-pipeline';
import { decodeJwt } from 'jose';
import { startSandbox, type RunningSandbox } from '../../../support/sandbox';
import { Client, walkthroughIds } from '../web/client';
import { StorageClients, type Credential } from './storageClients';

/** A sandbox whose storage accounts a test uses. */
export class StorageWorld {
  readonly client: Client;
  readonly clients: StorageClients;
  readonly accountId: string;
  readonly shop: string;

  private constructor(private readonly sandbox: RunningSandbox) {
    const { rbacGroup } = walkthroughIds(sandbox.ready);
    this.client = new Client(sandbox.ready);
    this.clients = new StorageClients(sandbox.ready);
    this.accountId = `${rbacGroup}/providers/Microsoft.Storage/storageAccounts/${account}`;
    this.shop = `${rbacGroup}/providers/Microsoft.Web/sites/keyless-shop-app`;
  }

  static async start(storageFile?: string): Promise<StorageWorld> {
    return new StorageWorld(await startSandbox(storageFile === undefined ? [] : ['--storage', storageFile]));
  }

  stop(): Promise<void> {
    return this.sandbox.stop();
  }

  /** The account's second key. */
  async key(): Promise<Credential> {
    const listed = await this.client.arm('POST', `${this.accountId}/listKeys?api-version=2023-05-01`);
    return { key: listed.json<{ keys: { value: string }[] }>().keys[1]?.value ?? '' };
  }

  async update(properties: object): Promise<void> {
    await this.client.arm('PATCH', `${this.accountId}?api-version=2023-05-01`, { properties });
  }

  /** Assigns a role below the account, by default to the sandbox's application, and waits until it has taken effect. */
  async assign(roleId: string, part = '', principalId?: string): Promise<void> {
    const name = `roleAssignments/${crypto.randomUUID()}`;
    const id = `${this.accountId}${part}/providers/Microsoft.Authorization/${name}`;
    const { status, text } = await this.client.arm('PUT', `${id}?api-version=2022-04-01`, {
      properties: {
        ...{ principalId: principalId ?? (await this.applicationId()), principalType: 'ServicePrincipal' },
        roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
      },
    });
    assert.equal(status, 201, text);
    await this.client.advance(10_000);
  }

  private async applicationId(): Promise<string> {
    return String(decodeJwt(await this.client.token(this.client.ready.resourceManagerUrl))['oid']);
  }
}

export const account = 'keylessshopphotos';

/** Status and code of the error that a call ends with. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => assert.fail('it succeeded'),
    (reason: unknown) => reason as RestError,
  );
  // Of the SDK for tables
  const { odataError } = (error.details ?? {}) as { odataError?: { code: string } };
  return `${error.statusCode ?? ''} ${error.code ?? odataError?.code ?? ''}`;
}

export async function namesIn(items: AsyncIterable<{ name?: string }>): Promise<string[]> {
  const names = [];
  for await (const { name } of items) names.push(name ?? '');
  return names;
}
