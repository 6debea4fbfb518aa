import fs from 'node:fs';
import path from 'node:path';
import { formsOf } from './bodyForms';
import { redacted } from './form';
import { OpenApi } from './openApi';
import { Operations } from './operations';

/** A form that a client sends to a place of an operation's body. */
export interface SentForm {
  operation: string;
  path: string;
  form: string;
}

export interface Request {
  method: string;
  url: string;
  body?: unknown;
}

/**
 * What others have sent to Azure: the forms of values in recorded requests and in the examples of Azure's OpenAPI documents,
 * by operation and place in the body.
 */
export class Evidence {
  readonly #seen = new Set<string>();
  readonly #openApi: OpenApi;
  readonly #operations: Operations;

  /** @param shared the folder with `recordings` and `specs` */
  constructor(shared: string) {
    this.#openApi = new OpenApi(path.join(shared, 'specs/specification'));
    this.#operations = new Operations(this.#openApi);
    for (const { method, template, examples } of this.#openApi.operations())
      for (const body of examples) this.#add({ method, url: template, body });
    for (const request of recordedRequests(shared)) this.#add(request);
  }

  /** The forms in a request that nothing has evidence for. */
  missingIn(request: Request): SentForm[] {
    return [...this.#formsIn(request)].filter((sent) => !this.has(sent));
  }

  has(sent: SentForm): boolean {
    return this.#seen.has(keyOf(sent));
  }

  #add(request: Request): void {
    for (const { placeholder, ...form } of this.#formsIn(request)) {
      if (!placeholder) this.#seen.add(keyOf(form));
      this.#seen.add(keyOf({ ...form, form: redacted })); // which form it had can't be known
    }
  }

  *#formsIn({ method, url, body }: Request): Iterable<SentForm & { placeholder: boolean }> {
    if (typeof body !== 'object' || body === null) return;
    const operation = this.#operations.of(method, url);
    for (const form of formsOf(this.#openApi, body, operation.body))
      yield { operation: operation.name, ...form };
  }
}

/** Compares forms. Paths ignore case, as Azure does. */
export function keyOf({ operation, path, form }: SentForm): string {
  return `${operation}\n${path}\n${form}`.toLowerCase();
}

interface Recording {
  request?: Request;
  liveRequest?: Request;
}

function* recordedRequests(shared: string): Iterable<Request> {
  for (const folder of ['recordings', 'specs/fixtures'])
    for (const file of fs.readdirSync(path.join(shared, folder))) {
      if (!/\.jsonl$|^\d.*\.json$/.test(file)) continue;
      const text = fs.readFileSync(path.join(shared, folder, file), 'utf8');
      for (const line of file.endsWith('.jsonl') ? text.split('\n').filter(Boolean) : [text]) {
        const { request, liveRequest } = JSON.parse(line) as Recording;
        const recorded = request ?? liveRequest;
        if (recorded) yield recorded;
      }
    }
}
