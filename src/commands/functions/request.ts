/** A request to a function before it is sent. It says which key to use, but doesn't contain it. */
export interface FunctionRequest {
  readonly method: string;
  readonly route: Readonly<Record<string, string>>;
  /** Without `?`. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly key: KeyChoice;
}

/** `default` is the key that the function's authorization level requires. */
export type KeyChoice = 'default' | 'none' | { readonly of: 'function' | 'host'; readonly name: string };
