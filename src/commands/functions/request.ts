/** A request to a function, before it is sent: no key is in it, only which one is to be used. */
export interface FunctionRequest {
  readonly method: string;
  readonly route: Readonly<Record<string, string>>;
  /** Without `?`. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly key: KeyChoice;
}

/** `default`: what the function's authorization level asks for. */
export type KeyChoice = 'default' | 'none' | { readonly of: 'function' | 'host'; readonly name: string };
