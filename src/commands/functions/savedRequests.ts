import type * as vscode from 'vscode';
import type { FunctionTarget } from '../../inventory/targets';
import { isCredentialHeader, isCredentialParameter } from '../../azure/core/secrets/secretNames';
import { withoutSecretForms } from '../../azure/core/secrets/secretText';
import type { FunctionRequest } from './request';

export interface SavedRequest {
  readonly name: string;
  readonly request: FunctionRequest;
}

const stateKey = 'keyless.requests';
/** How many requests are kept for each function. */
const most = 20;

/** The requests that a person saved for each function, without keys and answers. */
export class SavedRequests {
  constructor(private readonly memento: vscode.Memento) {}

  /** Newest first. */
  of({ fn }: FunctionTarget): readonly SavedRequest[] {
    const saved = this.all()[fn.id.toLowerCase()] ?? [];
    // Earlier versions of Keyless kept more.
    return saved.map(({ name, request }) => ({ name, request: withoutCredentials(request) }));
  }

  async save({ fn }: FunctionTarget, name: string, request: FunctionRequest): Promise<void> {
    const others = this.of({ fn } as FunctionTarget).filter((saved) => saved.name !== name);
    const requests = [{ name, request: withoutCredentials(request) }, ...others].slice(0, most);
    await this.memento.update(stateKey, { ...this.all(), [fn.id.toLowerCase()]: requests });
  }

  private all(): Readonly<Record<string, readonly SavedRequest[]>> {
    return this.memento.get<Record<string, readonly SavedRequest[]>>(stateKey, {});
  }
}

/** Removes headers and query parameters that carry credentials by their name or value, and hides credentials elsewhere. */
function withoutCredentials(request: FunctionRequest): FunctionRequest {
  const headers = Object.entries(request.headers).filter(
    ([name, value]) => !isCredentialHeader(name) && !isCredential(value),
  );
  const query = request.query.split('&').filter((part) => !isCredentialPart(part));
  const route = Object.entries(request.route).map(
    ([name, value]) => [name, withoutSecretForms(value)] as const,
  );
  return {
    ...request,
    route: Object.fromEntries(route),
    headers: Object.fromEntries(headers),
    query: query.join('&'),
    body: withoutSecretForms(request.body),
  };
}

/** Whether a part of a query is a parameter that carries a credential. */
function isCredentialPart(part: string): boolean {
  return [...new URLSearchParams(part)].some(
    ([name, value]) => isCredentialParameter(name) || isCredential(value),
  );
}

/** Whether a value is a credential by its form, whatever its name. The schemes are those of an `Authorization` header. */
function isCredential(value: string): boolean {
  return (
    /^\s*(Bearer|Basic|Digest|Negotiate|NTLM|SharedKey|SharedKeyLite|SharedAccessSignature)\s/i.test(value) ||
    // Query parameters that another character than & separates are one value.
    withoutSecretForms(`;${value}`) !== `;${value}`
  );
}
