/** The messages between the function host and its worker process over the child process's channel. */

export interface WorkerRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  query: Record<string, string>;
  params: Record<string, string>;
  body: Buffer;
}

export interface Invocation {
  kind: 'invoke';
  invocationId: string;
  functionName: string;
  functionDirectory: string;
  scriptFile: string;
  entryPoint?: string;
  bindings: { type: string; name: string; direction?: string }[];
  /** What input bindings contain, by name. */
  inputs?: Record<string, Uint8Array>;
  /** Undefined for triggers other than HTTP. */
  request?: WorkerRequest;
  /** The input of other triggers. */
  input?: unknown;
}

export interface WorkerResponse {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
}

export type WorkerLevel = 'Trace' | 'Information' | 'Warning' | 'Error';

export type FromWorker =
  | { kind: 'ready' }
  | { kind: 'log'; invocationId?: string; level: WorkerLevel; message: string }
  | {
      kind: 'done';
      invocationId: string;
      response?: WorkerResponse;
      error?: { message: string; stack: string };
    };
