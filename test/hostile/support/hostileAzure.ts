import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Connection } from '../../../src/azure/core/connection';
import { changedConnection } from '../../support/connections';
import { RushingClock } from '../../support/rushingClock';
import type { TestCloud } from '../../unit/azure/servers';
import { testCloud, TestServer } from '../../unit/azure/servers';
import type { Answer } from './answers';
import { give } from './answers';

const services = ['arm', 'graph', 'vault', 'scm', 'sites', 'insights', 'foreign'] as const;
export type Service = (typeof services)[number];
export type HostilePorts = Readonly<Record<Service, number>>;

/** A request that a service received. */
export interface Received {
  readonly service: Service;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** All services of a cloud, each with an origin of its own, and a foreign server that would welcome everything. */
export class HostileAzure {
  /** What each service received since {@link begin}. */
  readonly received: Received[] = [];
  private answer: (request: IncomingMessage, response: ServerResponse, body: string) => void = () =>
    undefined;

  private constructor(
    private readonly servers: readonly TestServer[],
    readonly ports: HostilePorts,
    private readonly cloud: TestCloud,
  ) {}

  static async start(): Promise<HostileAzure> {
    const started: { azure?: HostileAzure } = {};
    const servers: TestServer[] = [];
    for (const service of services)
      servers.push(
        await TestServer.start((request, response) => started.azure?.receive(service, request, response)),
      );
    const ports = Object.fromEntries(
      services.map((service, index) => [service, servers[index]?.port ?? 0]),
    ) as HostilePorts;
    const { foreign, ...own } = ports;
    started.azure = new HostileAzure(servers, ports, await testCloud({ ...own, strange: [foreign] }));
    return started.azure;
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  /** What Keyless logged since {@link begin}. */
  get log(): readonly string[] {
    return this.cloud.log;
  }

  /** The scopes of all tokens that Keyless asked for since {@link begin}. */
  get scopes(): readonly string[] {
    return this.cloud.tokens.flatMap(({ scopes }) => scopes);
  }

  /** Begins anew, with a connection that has learned nothing yet. */
  begin(answer: (request: IncomingMessage, response: ServerResponse, body: string) => void): Connection {
    for (const list of [this.received, this.cloud.log, this.cloud.tokens]) list.length = 0;
    this.answer = answer;
    return changedConnection(this.cloud.c, { clock: new RushingClock() });
  }

  /** Begins anew with services that give these answers in turn, again and again. */
  beginWith(answers: readonly Answer[]): Connection {
    let number = 0;
    return this.begin((request, response) => {
      const answer = answers[number % answers.length];
      if (answer) give(answer, this.ports, number++, request, response);
    });
  }

  /** Closes all connections, so that nothing of one attack is left in the next. */
  hangUp(): void {
    for (const server of this.servers) server.reset();
  }

  private async receive(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const body = await text(request).catch(() => '');
    this.received.push({ service, method, url, headers, body });
    this.answer(request, response, body);
  }
}

/** The scope of the tokens that a service may receive. Functions and foreign servers get none. */
export function scopeFor(service: Service, ports: HostilePorts): string | undefined {
  switch (service) {
    case 'arm':
      return `https://localhost:${ports.arm}/.default`;
    case 'graph':
      return `https://localhost:${ports.graph}/.default`;
    case 'insights':
      return `https://localhost:${ports.insights}/.default`;
    case 'vault':
      return 'https://vault.localhost/.default';
    case 'scm':
      return 'https://appservice.azure.com/.default';
    case 'sites':
    case 'foreign':
      return undefined;
  }
}
