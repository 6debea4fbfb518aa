import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Clock } from '../context';
import type { Answer, Call } from '../server/http';
import { ArmError, type OperationStarter } from './provider';

interface Operation {
  kind: 'location' | 'azureAsyncOperation';
  url: string;
  endsAt: number;
  /** False while `work` is still running. */
  settled: boolean;
  failure?: { code: string; message: string };
  retryAfterSeconds?: number;
  pending?: () => Answer;
  result?: () => Answer | Promise<Answer>;
  startedAt: number;
}

/**
 * The long-running operations of one run. Like Resource Manager's since 2023, their URLs carry `t`, `c`, `s`
 * and `h`; a URL that the client changed in any way is not found.
 */
export class Operations implements OperationStarter {
  private readonly key = randomBytes(32);
  private readonly certificate = randomBytes(1200).toString('base64url');
  private readonly operations = new Map<string, Operation>();

  constructor(
    private readonly origin: string,
    private readonly clock: Clock,
  ) {}

  start(options: Parameters<OperationStarter['start']>[0]): OutgoingHttpHeaders {
    const now = this.clock.now();
    const url = this.signedUrl(options.kind, options.parent, options.apiVersion, now);
    const operation: Operation = {
      kind: options.kind,
      url,
      startedAt: now,
      endsAt: now + options.durationMs,
      settled: options.work === undefined,
    };
    if (options.retryAfterSeconds !== undefined) operation.retryAfterSeconds = options.retryAfterSeconds;
    if (options.pending !== undefined) operation.pending = options.pending;
    if (options.result !== undefined) operation.result = options.result;
    options.work?.then(
      () => (operation.settled = true),
      (error: unknown) => {
        operation.settled = true;
        operation.failure = {
          code: error instanceof ArmError ? error.code : 'InternalServerError',
          message: error instanceof Error ? error.message : String(error),
        };
      },
    );
    this.operations.set(keyOf(new URL(url)), operation);
    return headersOf(operation);
  }

  /** Answers a poll; undefined if the URL doesn't belong to an operation. */
  async poll(call: Call): Promise<Answer | undefined> {
    const operation = this.operations.get(keyOf(call.url));
    if (operation === undefined) return undefined;
    const running = !operation.settled || this.clock.now() < operation.endsAt;
    if (operation.kind === 'azureAsyncOperation') return this.statusOf(operation, running);
    if (running) {
      const answer = operation.pending?.() ?? { status: 202 };
      return { ...answer, headers: { ...headersOf(operation), ...answer.headers } };
    }
    if (operation.failure !== undefined) return { status: 500, json: { error: operation.failure } };
    return operation.result === undefined ? { status: 200 } : await operation.result();
  }

  private statusOf(operation: Operation, running: boolean): Answer {
    const status = running ? 'InProgress' : operation.failure === undefined ? 'Succeeded' : 'Failed';
    const json: Record<string, unknown> = {
      id: new URL(operation.url).pathname,
      name: operation.url.replace(/\?.*/, '').split('/').at(-1),
      status,
      startTime: new Date(operation.startedAt).toISOString(),
    };
    if (!running) json['endTime'] = new Date(operation.endsAt).toISOString();
    if (!running && operation.failure !== undefined) json['error'] = operation.failure;
    return { status: 200, ...(running ? { headers: headersOf(operation) } : {}), json };
  }

  private signedUrl(kind: Operation['kind'], parent: string, apiVersion: string, now: number): string {
    // Resource Manager's own jobs use `operationresults`; providers use operationResults or
    // operationStatuses.
    const ofProvider = /\/providers\//i.test(parent);
    const segment =
      kind === 'azureAsyncOperation'
        ? 'operationStatuses'
        : ofProvider
          ? 'operationResults'
          : 'operationresults';
    const id = ofProvider
      ? randomUUID()
      : Buffer.from(JSON.stringify({ jobId: randomUUID(), jobLocation: 'westeurope' })).toString('base64url');
    const ticks = (BigInt(now) * 10_000n + 621_355_968_000_000_000n).toString();
    const path = `${parent}/${segment}/${id}?api-version=${apiVersion}&t=${ticks}`;
    const sign = (text: string) => createHmac('sha256', this.key).update(text).digest('base64url');
    return `${this.origin}${path}&c=${this.certificate}&s=${sign(path) + sign(`s${path}`)}&h=${sign(`h${path}`)}`;
  }
}

function headersOf(operation: Operation): OutgoingHttpHeaders {
  const name = operation.kind === 'location' ? 'Location' : 'Azure-AsyncOperation';
  const headers: OutgoingHttpHeaders = { [name]: operation.url };
  if (operation.retryAfterSeconds !== undefined)
    headers['Retry-After'] = operation.retryAfterSeconds.toString();
  return headers;
}

function keyOf(url: URL): string {
  return `${url.pathname}?${url.searchParams.toString()}`;
}
