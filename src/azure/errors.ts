export interface AzureErrorFields {
  /** HTTP status; absent where no answer came. */
  status?: number;
  /** `error.code` of the body, or a system code such as `ENOTFOUND`. */
  code?: string;
  /** `error.innererror.code` of Key Vault. */
  innerCode?: string;
  host?: string;
  /** What was tried, e.g. `GET /subscriptions/…/vaults/kv`; without query. */
  operation?: string;
  /** Claims challenge that the credential did not answer. */
  claims?: string;
  retryAfterSeconds?: number;
  /** What the service answered, shortened; never of a function or a secret. */
  body?: string;
}

/** What Azure refused or failed to do. `explain()` turns it into words for people. */
export class AzureError extends Error implements AzureErrorFields {
  override readonly name = 'AzureError';
  readonly status?: number;
  readonly code?: string;
  readonly innerCode?: string;
  readonly host?: string;
  readonly operation?: string;
  readonly claims?: string;
  readonly retryAfterSeconds?: number;
  readonly body?: string;

  constructor(message: string, fields: AzureErrorFields = {}, options?: ErrorOptions) {
    super(message, options);
    Object.assign(this, fields);
  }
}

/** Any failure of src/azure as an AzureError; an AzureError comes back as it is. */
export function toAzureError(error: unknown): AzureError {
  if (error instanceof AzureError) return error;
  return new AzureError(error instanceof Error ? error.message : String(error), {}, { cause: error });
}

/** Whether the failure is that somebody cancelled. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
