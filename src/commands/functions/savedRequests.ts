import type * as vscode from 'vscode';
import type { FunctionTarget } from '../../inventory/targets';
import type { FunctionRequest } from './request';

export interface SavedRequest {
  readonly name: string;
  readonly request: FunctionRequest;
}

const stateKey = 'keyless.requests';
/** For each function; the oldest goes. */
const most = 20;

/** Requests that a person saved, by function. Neither keys nor answers are in them. */
export class SavedRequests {
  constructor(private readonly memento: vscode.Memento) {}

  /** The newest first. */
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

/** A header that signs in is a secret value, and so is `code` in a query. */
function withoutSecrets(request: FunctionRequest): FunctionRequest {
  const headers = Object.entries(request.headers).filter(([name]) => !secretHeader.test(name));
  const query = new URLSearchParams(request.query);
  query.delete('code');
  return {
    ...request,
    headers: Object.fromEntries(headers),
    query: request.query === '' ? '' : query.toString(),
  };
}

const secretHeader = /^(authorization|proxy-authorization|cookie)$|key|token|secret|password|signature/i;
