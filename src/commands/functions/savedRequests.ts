import type * as vscode from 'vscode';
import type { FunctionTarget } from '../../inventory/targets';
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
    return this.all()[fn.id.toLowerCase()] ?? [];
  }

  async save({ fn }: FunctionTarget, name: string, request: FunctionRequest): Promise<void> {
    const others = this.of({ fn } as FunctionTarget).filter((saved) => saved.name !== name);
    const requests = [{ name, request: withoutSecrets(request) }, ...others].slice(0, most);
    await this.memento.update(stateKey, { ...this.all(), [fn.id.toLowerCase()]: requests });
  }

  private all(): Readonly<Record<string, readonly SavedRequest[]>> {
    return this.memento.get<Record<string, readonly SavedRequest[]>>(stateKey, {});
  }
}

/** Removes authentication headers and `code` from the query, which are secret values. */
function withoutSecrets(request: FunctionRequest): FunctionRequest {
  const headers = Object.entries(request.headers).filter(([name]) => !secretHeader.test(name));
  const query = request.query.split('&').filter((part) => !isCode(part));
  return { ...request, headers: Object.fromEntries(headers), query: query.join('&') };
}

/** Whether a part of a query is the parameter with a function key, which the host finds in any case. */
function isCode(part: string): boolean {
  return [...new URLSearchParams(part).keys()].some((name) => name.toLowerCase() === 'code');
}

const secretHeader = /^(authorization|proxy-authorization|cookie)$|key|token|secret|password|signature/i;
