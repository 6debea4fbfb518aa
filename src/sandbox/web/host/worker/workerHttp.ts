import type { WorkerRequest, WorkerResponse } from './protocol';

/** `context.req`, as functions of the function.json model get it. */
export function toRequest(request: WorkerRequest): unknown {
  const headers = request.headers;
  return {
    method: request.method,
    url: request.url,
    originalUrl: request.url,
    headers,
    query: request.query,
    params: request.params,
    body: parseBody(request),
    rawBody: request.body.length === 0 ? undefined : request.body.toString('utf8'),
    get: (name: string) => headers[name.toLowerCase()],
  };
}

/** `context.res` with its small Express-like interface. */
export class ResponseBuilder {
  headers: Record<string, unknown> = {};
  body: unknown;
  // Both a number that can be set and a function that sets it.
  status: unknown;
  statusCode: number | undefined;

  constructor(private readonly done: () => void) {
    this.status = (code: number) => {
      this.statusCode = code;
      return this;
    };
  }

  set(name: string, value: unknown): this {
    this.headers[name] = value;
    return this;
  }
  setHeader(name: string, value: unknown): this {
    return this.set(name, value);
  }
  header(name: string, value: unknown): this {
    return this.set(name, value);
  }
  get(name: string): unknown {
    return this.headers[name];
  }
  getHeader(name: string): unknown {
    return this.get(name);
  }
  removeHeader(name: string): this {
    Reflect.deleteProperty(this.headers, name);
    return this;
  }
  type(contentType: string): this {
    return this.set('content-type', contentType);
  }
  json(body: unknown): void {
    this.set('content-type', 'application/json').send(JSON.stringify(body));
  }
  send(body?: unknown): this {
    return this.end(body);
  }
  sendStatus(code: number): this {
    this.statusCode = code;
    return this.end();
  }
  /** Whether the function left the response unset. */
  get untouched(): boolean {
    return (
      this.body === undefined &&
      this.statusCode === undefined &&
      typeof this.status === 'function' &&
      Object.keys(this.headers).length === 0
    );
  }
  end(body?: unknown): this {
    if (body !== undefined) this.body = body;
    this.done();
    return this;
  }
}

/** Converts the value of an HTTP output: an object with status, headers and body, or just the body. */
export function toResponse(output: unknown): WorkerResponse {
  if (output === undefined || output === null || (output instanceof ResponseBuilder && output.untouched))
    return { status: 204, headers: {}, body: Buffer.alloc(0) };
  const isResponse =
    typeof output === 'object' &&
    !Buffer.isBuffer(output) &&
    ['status', 'statusCode', 'body', 'headers'].some((name) => name in output);
  const response = (isResponse ? output : { body: output }) as {
    status?: unknown;
    statusCode?: unknown;
    body?: unknown;
    headers?: Record<string, unknown>;
  };
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(response.headers ?? {})) {
    if (Array.isArray(value)) headers[name.toLowerCase()] = value.map(String);
    else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      headers[name.toLowerCase()] = value.toString();
  }
  const [body, contentType] = serialize(response.body);
  if (contentType !== undefined) headers['content-type'] ??= contentType;
  const chosen = [response.statusCode, response.status].map((value) =>
    typeof value === 'string' ? Number(value) : value,
  );
  const status = chosen.find(
    (value): value is number => typeof value === 'number' && value >= 100 && value <= 599,
  );
  return { status: status ?? (response.body === undefined && !isResponse ? 204 : 200), headers, body };
}

function serialize(body: unknown): [Buffer, string | undefined] {
  if (body === undefined || body === null) return [Buffer.alloc(0), undefined];
  if (Buffer.isBuffer(body)) return [body, 'application/octet-stream'];
  if (body instanceof Uint8Array) return [Buffer.from(body), 'application/octet-stream'];
  if (typeof body === 'string') return [Buffer.from(body), 'text/plain; charset=utf-8'];
  return [Buffer.from(JSON.stringify(body)), 'application/json; charset=utf-8'];
}

function parseBody({ headers, body }: WorkerRequest): unknown {
  if (body.length === 0) return undefined;
  const type = headers['content-type'] ?? '';
  if (/^application\/(?:[\w.-]+\+)?json/i.test(type)) {
    try {
      return JSON.parse(body.toString('utf8')) as unknown;
    } catch {
      return body.toString('utf8');
    }
  }
  return /^(application\/octet-stream|multipart\/)/i.test(type) ? body : body.toString('utf8');
}
