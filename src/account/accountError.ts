import * as l10n from '@vscode/l10n';

/** A button that an error message offers. */
export interface AccountAction {
  readonly title: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

/** Signing in or getting a token failed for a reason that the user can fix. */
export class AccountError extends Error {
  override readonly name = 'AccountError';

  /**
   * @param reason a sentence without its period
   * @param nextStep a full sentence
   */
  constructor(
    readonly reason: string,
    readonly nextStep?: string,
    readonly action?: AccountAction,
  ) {
    // Code that shows only the message still tells the user what to do.
    super(nextStep ? l10n.t('{0}. {1}', reason, nextStep) : reason);
  }
}
