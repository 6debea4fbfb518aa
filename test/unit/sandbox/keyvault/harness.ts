import { toLoopback } from './loopback';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/core-auth';
import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import { KeyVaultManagementClient } from '@azure/arm-keyvault';
import { SecretClient } from '@azure/keyvault-secrets';
import { createResourceManager } from '../../../../src/sandbox/arm/service';
import { vaultResource } from '../../../../src/sandbox/entra/audiences';
import type { Endpoints, SandboxContext } from '../../../../src/sandbox/context';
import { Faults } from '../../../../src/sandbox/server/faults';
import { createKeyVaultProvider } from '../../../../src/sandbox/keyvault/provider';
import { createVaults } from '../../../../src/sandbox/keyvault/service';
import { openListener, type Listener } from '../../../../src/sandbox/server/listener';
import { Recorder } from '../../../../src/sandbox/server/recorder';
import { serve } from '../../../../src/sandbox/server/server';
import { Statistics } from '../../../../src/sandbox/server/statistics';
import { createTlsMaterial } from '../../../../src/sandbox/server/tls';
import { TokenAuthority } from '../../../../src/sandbox/entra/tokens';
import type { ServicePrincipal, User, Vault } from '../../../../src/sandbox/world/world';
import type { RoleAssignment } from '../../../../src/sandbox/world/rights';
import { root } from '../../../support/paths';
import { sandboxFetch, type SandboxRequest } from '../../../support/sandboxClient';
import { errorOf, type RawAnswer } from './rawAnswer';
import { ids, smallWorld, usualSettings, type HarnessOptions } from './smallWorld';

export { errorOf, ids, type HarnessOptions, type RawAnswer };

type Principal = User | ServicePrincipal;

/** Resource Manager with Microsoft.KeyVault and the vaults' data plane, over TLS, in this process, by its own clock. */
export class Harness {
  readonly principals: { user: User; app: ServicePrincipal; stranger: User; foreigner: User };
  readonly resourceGroup: string;
  readonly subscriptionId: string;
  readonly log: string[] = [];
  readonly trafficFile: string;
  private readonly recorder: Recorder;
  private ahead = 0;
  private stoppedAt?: number;

  private constructor(
    readonly context: SandboxContext,
    readonly tokens: TokenAuthority,
    private readonly listeners: Listener[],
    private readonly folder: string,
    private readonly agent: https.Agent,
    private readonly caCertificate: string,
  ) {
    const [user, stranger, foreigner] = context.world.users;
    const app = context.world.servicePrincipals.get(ids.app);
    const [subscription] = context.world.subscriptions.values();
    const [group] = context.world.resourceGroups.values();
    if (!user || !stranger || !foreigner || !app || !subscription || !group)
      throw new Error('the world is incomplete');
    this.principals = { user, app, stranger, foreigner };
    this.subscriptionId = subscription.subscriptionId;
    this.resourceGroup = group.name;
    this.trafficFile = path.join(folder, 'traffic.jsonl');
    this.recorder = new Recorder(this.trafficFile);
  }

  static async start(options: HarnessOptions = {}): Promise<Harness> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'keyless-kv-'));
    const tls = await createTlsMaterial();
    const [arm, vault] = await Promise.all([openListener('arm', tls), openListener('vault', tls)]);
    const caCertificateFile = path.join(folder, 'ca.pem');
    writeFileSync(caCertificateFile, tls.caCertificate);
    const endpoints: Endpoints = {
      resourceManager: `https://localhost:${arm.port}`,
      authority: 'https://localhost:1',
      graph: 'https://localhost:2',
      applicationInsights: 'https://localhost:6',
      signInPage: 'http://127.0.0.1:3',
      vaultPort: vault.port,
      sitesPort: 4,
      scmPort: 5,
      storagePort: 7,
    };
    const holder: { harness?: Harness } = {};
    const clock = { now: () => (holder.harness?.stoppedAt ?? Date.now()) + (holder.harness?.ahead ?? 0) };
    const world = smallWorld(options);
    const settings = usualSettings();
    const tokens = await TokenAuthority.create({ world, endpoints, clock, settings });
    const agent = new https.Agent({ ca: tls.caCertificate, lookup: toLoopback, keepAlive: true });
    const context: SandboxContext = {
      world,
      endpoints,
      clock,
      settings,
      tokens,
      caCertificateFile,
      runFolder: folder,
      log: (line) => holder.harness?.log.push(line),
      onStop: () => undefined,
    };
    const harness = new Harness(context, tokens, [arm, vault], folder, agent, tls.caCertificate);
    holder.harness = harness;
    const server = {
      settings,
      faults: new Faults(),
      statistics: new Statistics(),
      recorder: harness.recorder,
      expireToken: (authorization: string) => tokens.expire(authorization),
      log: context.log,
    };
    serve(arm, createResourceManager(context, [createKeyVaultProvider(context)]), server);
    serve(vault, createVaults(context), server);
    return harness;
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    await Promise.all(this.listeners.map((listener) => listener.close()));
    this.recorder.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  stopClock(): void {
    this.stoppedAt = Date.now();
  }

  /** Moves the sandbox's clock. */
  advance(milliseconds: number): void {
    this.ahead += milliseconds;
  }

  /** A vault put directly into the world; RBAC unless policies are given. */
  addVault(name: string, change: Partial<Vault> = {}): Vault {
    const vault: Vault = {
      id: `${this.groupId}/providers/Microsoft.KeyVault/vaults/${name}`,
      name,
      type: 'Microsoft.KeyVault/vaults',
      location: 'westeurope',
      tenantId: this.principals.user.tenantId,
      sku: { family: 'A', name: 'standard' },
      accessPolicies: [],
      enableSoftDelete: true,
      enabledForDeployment: false,
      publicNetworkAccess: 'Enabled',
      hostName: `${name.toLowerCase()}.vault.localhost`,
      createdAt: this.context.clock.now() - 3_600_000,
      secrets: new Map(),
      deletedSecrets: new Map(),
      ...change,
    };
    this.context.world.vaults.set(vault.id.toLowerCase(), vault);
    return vault;
  }

  /** A vault with the access policy model in which `who` may do everything with secrets. */
  addOpenVault(name: string, who: Principal = this.principals.user, change: Partial<Vault> = {}): Vault {
    const { tenantId, objectId } = who;
    return this.addVault(name, {
      accessPolicies: [{ tenantId, objectId, permissions: { secrets: ['all'] } }],
      ...change,
    });
  }

  assignRole(
    principalId: string,
    roleId: string,
    scope: string,
    change: Partial<RoleAssignment> = {},
  ): RoleAssignment {
    const assignment: RoleAssignment = {
      name: crypto.randomUUID(),
      scope,
      roleDefinitionId: `/subscriptions/${this.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
      principalId,
      principalType: 'User',
      condition: null,
      conditionVersion: null,
      description: null,
      createdOn: 0,
      createdBy: principalId,
      effectiveFrom: 0,
      ...change,
    };
    this.context.world.roleAssignments.push(assignment);
    return assignment;
  }

  get groupId(): string {
    return `/subscriptions/${this.subscriptionId}/resourceGroups/${this.resourceGroup}`;
  }

  vaultUrl(vault: Pick<Vault, 'hostName'>): string {
    return `https://${vault.hostName}:${this.context.endpoints.vaultPort}`;
  }

  credential(principal: Principal = this.principals.user): TokenCredential & { asked: GetTokenOptions[] } {
    const asked: GetTokenOptions[] = [];
    return {
      asked,
      getToken: async (scopes: string | string[], options: GetTokenOptions = {}): Promise<AccessToken> => {
        asked.push(options);
        const scope = Array.isArray(scopes) ? (scopes[0] ?? '') : scopes;
        const token = await this.tokens.issueAccessToken({
          principal:
            'userPrincipalName' in principal
              ? { user: principal, clientId: ids.clientId }
              : { servicePrincipal: principal },
          resource: scope.replace(/\/\.default$/, ''),
        });
        return { token: token.accessToken, expiresOnTimestamp: token.expiresOn * 1000 };
      },
    };
  }

  async token(
    principal: Principal = this.principals.user,
    resource: string = vaultResource,
  ): Promise<string> {
    const token = await this.credential(principal).getToken(`${resource}/.default`);
    return token?.token ?? '';
  }

  /** The official client; its verification of the challenge's resource stays on. */
  secrets(vault: Vault, principal?: Principal, options: { serviceVersion?: '7.5' } = {}): SecretClient {
    return new SecretClient(this.vaultUrl(vault), this.credential(principal), {
      httpClient: this.httpClient(),
      retryOptions: { maxRetries: 0 },
      ...options,
    });
  }

  /** The official client of Microsoft.KeyVault. */
  management(principal: Principal = this.principals.user, apiVersion?: string): KeyVaultManagementClient {
    return new KeyVaultManagementClient(this.credential(principal), this.subscriptionId, {
      httpClient: this.httpClient(),
      endpoint: this.context.endpoints.resourceManager,
      credentials: { scopes: [`${this.context.endpoints.resourceManager}/.default`] },
      retryOptions: { maxRetries: 0 },
      ...(apiVersion === undefined ? {} : { apiVersion }),
    });
  }

  httpClient(): HttpClient {
    const client = createDefaultHttpClient();
    return {
      sendRequest: (request) => {
        request.agent = this.agent;
        return client.sendRequest(request);
      },
    };
  }

  /** Sends one request exactly as given. */
  async send(
    method: string,
    url: string,
    options: Pick<SandboxRequest, 'token' | 'body' | 'headers' | 'from'> = {},
  ): Promise<RawAnswer> {
    const request = { ...options, method, ca: this.caCertificate };
    const { status, headers, text } = await sandboxFetch(this.context, new URL(url).href, request);
    return { status, headers, text, json: text === '' ? undefined : JSON.parse(text) };
  }

  /** Sends a request to a vault as its user, or as another principal. */
  async ask(
    vault: Vault,
    method: string,
    pathAndQuery: string,
    body?: unknown,
    principal?: Principal,
  ): Promise<RawAnswer> {
    const token = await this.token(principal);
    return this.send(method, `${this.vaultUrl(vault)}${pathAndQuery}`, { token, body });
  }

  /** Sends a request to Resource Manager as the owner of the subscription. */
  async manage(
    method: string,
    pathAndQuery: string,
    body?: unknown,
    principal?: Principal,
  ): Promise<RawAnswer> {
    const token = await this.token(principal, this.context.endpoints.resourceManager);
    const url = `${this.context.endpoints.resourceManager}${pathAndQuery}`;
    return this.send(method, url, { token, body });
  }

  /** Validates the traffic so far against Azure's OpenAPI documents. @returns what the validator printed */
  validateTraffic(shared: string): string {
    const result = spawnSync(
      process.execPath,
      [path.join(shared, 'specs/validate.mjs'), '--strict', '--requests', this.trafficFile],
      {
        env: { ...process.env, OAV: path.join(root, 'node_modules/oav') },
        encoding: 'utf8',
        maxBuffer: 1 << 26,
      },
    );
    return result.stdout;
  }
}
