import { isAbort, toAzureError, withoutQuotes } from '../errors';
import { failureOf } from '../request';
import { UntrustedOriginError } from '../tokens/trust';
import { hiddenText, Quotes } from './quotes';

/**
 * Runs a task that sends secret values, and hides them in its error. An error hides what its own request sent by itself, but a
 * later request, such as one that asks how an operation ended, may be answered with them as well.
 */
export async function hidingInErrors<T>(values: readonly string[], task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw withoutValues(error, values);
  }
}

/** The error of a failure, without quotes of values. */
export function withoutValues(failure: unknown, values: readonly string[]): Error {
  const error = failureOf(failure, undefined);
  if (isAbort(error)) return error;
  const quotes = new Quotes(values);
  if (error instanceof UntrustedOriginError)
    // A service can name a host that it made of a value.
    return quotes.hideIn(error.host) === error.host
      ? error
      : new UntrustedOriginError(hiddenText(), error.why);
  return quotes.hideIn(error.message) === error.message && error.name !== 'AzureError'
    ? error
    : withoutQuotes(toAzureError(error), values);
}
