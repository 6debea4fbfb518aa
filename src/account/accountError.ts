import * as l10n from '@vscode/l10n';

/** A button that an error message offers. */
export interface AccountAction {
  readonly title: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

/** Signing in, or a token, failed for a reason that a person can do something about. */
export class AccountError extends Error {
  override readonly name = 'AccountError';

  /**
   * @param reason without a full stop
   * @param nextStep a whole sentence
   */
  constructor(
    readonly reason: string,
    readonly nextStep?: string,
    readonly action?: AccountAction,
  ) {
    // Whoever shows only the message still says what to do.
    super(nextStep ? l10n.t('{0}. {1}', reason, nextStep) : reason);
  }
}
