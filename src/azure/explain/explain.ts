import * as l10n from '@vscode/l10n';
import type { AzureError, Explanation } from '../core/errors';
import { toAzureError } from '../core/errors';
import { explanationOfCode } from './explainCodes';

/**
 * The one place that turns Azure's errors into words. Plain text: parts of answers come as the service wrote them and
 * are hostile; no secret value is in it.
 */
export function explain(error: unknown): Explanation {
  const failure = toAzureError(error);
  if (failure.words) return failure.words;
  if (failure.status === undefined) return explainUnanswered(failure);
  if (failure.claims !== undefined) return challenged();
  return explanationOfCode(failure) ?? explainStatus(failure);
}

/** Whether a secure connection could not be made: trying again does not help. */
export function isTlsFailure(error: AzureError): boolean {
  return tlsCode.test(error.code ?? '');
}

/** What to do where nothing else helps. */
export function tryAgain(): string {
  return l10n.t('Try again.');
}

function challenged(): Explanation {
  return {
    reason: l10n.t('Your organisation wants you to prove again who you are before this is allowed.'),
    nextStep: proveAgain(),
  };
}

function proveAgain(): string {
  return l10n.t('Sign in again. With the Azure CLI: run "az logout", then "az login".');
}

const tlsCode =
  /^(CERT_|ERR_TLS_|ERR_SSL_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)|HOSTNAME_MISMATCH|EPROTO)/;

/** No answer came: the network, TLS, a proxy, a sign-in, or Keyless itself refused. */
function explainUnanswered(error: AzureError): Explanation {
  const host = hostOf(error);
  if (isTlsFailure(error)) {
    return {
      reason: l10n.t(
        'No secure connection to {0}: its certificate is not accepted ({1}).',
        host,
        error.code ?? '',
      ),
      nextStep: l10n.t(
        'Where a proxy inspects the traffic, its certificate must be in the system\'s store and the setting "http.systemCertificates" on.',
      ),
    };
  }
  if (/\b407\b|proxy authentication required/i.test(error.message)) {
    return {
      reason: l10n.t('The proxy wants a user name and password before it connects to {0}.', host),
      nextStep: l10n.t('Check the settings "http.proxy" and "http.proxyAuthorization".'),
    };
  }
  return explainNetworkCode(error, host) ?? explainSignIn(error) ?? explainOwn(error);
}

function explainNetworkCode(error: AzureError, host: string): Explanation | undefined {
  const checkNetwork = l10n.t(
    'Check the network connection, and the setting "http.proxy" if there is a proxy.',
  );
  switch (error.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        reason: l10n.t('The name {0} was not found.', host),
        nextStep: l10n.t(
          'Check the network connection, and the setting "http.proxy" if there is a proxy. Resources behind a private endpoint are found only from within their network.',
        ),
      };
    case 'ECONNREFUSED':
      return { reason: l10n.t('{0} refused the connection.', host), nextStep: checkNetwork };
    case 'ETIMEDOUT':
    case 'ESOCKETTIMEDOUT':
      return {
        reason: l10n.t('{0} did not answer in time.', host),
        nextStep: l10n.t(
          'Check the network connection, and the setting "http.proxy" if there is a proxy. Then try again.',
        ),
      };
    case 'ECONNRESET':
    case 'EPIPE':
    case 'PARSE_ERROR':
    case 'REQUEST_SEND_ERROR':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return { reason: l10n.t('The connection to {0} was cut.', host), nextStep: tryAgain() };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENETDOWN':
      return { reason: l10n.t("{0} can't be reached from here.", host), nextStep: checkNetwork };
    default:
      return undefined;
  }
}

/** Errors of @azure/identity and codes of Entra ID in their texts. */
function explainSignIn(error: AzureError): Explanation | undefined {
  const entra = /AADSTS\d+/.exec(error.message)?.[0];
  switch (entra) {
    case 'AADSTS50076':
    case 'AADSTS50079':
    case 'AADSTS50158':
    case 'AADSTS53003':
      return {
        reason: l10n.t('Entra ID wants more proof or another device before it gives a token ({0}).', entra),
        nextStep: proveAgain(),
      };
    case 'AADSTS65001':
    case 'AADSTS90094':
      return {
        reason: l10n.t('Nobody has consented yet to tokens for this service ({0}).', entra),
        nextStep: l10n.t(
          'Sign in again and agree when asked, or ask an administrator of the tenant for consent.',
        ),
      };
    case 'AADSTS500011':
      return {
        reason: l10n.t('This tenant does not know the service that the token is for ({0}).', entra),
        nextStep: l10n.t('Check that the right cloud is selected.'),
      };
    case undefined:
      break;
    default:
      return { reason: l10n.t('Entra ID gave no token ({0}).', entra), nextStep: l10n.t('Sign in again.') };
  }
  if (error.code === 'CredentialUnavailableError' || error.code === 'AuthenticationRequiredError') {
    return {
      reason: l10n.t('There is no usable sign-in.'),
      nextStep: l10n.t('Sign in again. With the Azure CLI: run "az login".'),
    };
  }
  return undefined;
}

function explainOwn(error: AzureError): Explanation {
  switch (error.code) {
    case 'UntrustedOriginError':
      return {
        reason: error.message,
        nextStep: l10n.t(
          'If this host is yours, check which cloud is selected; if it is not, somebody may be trying to get your token.',
        ),
      };
    case 'NoScmSite':
      return {
        reason: error.message,
        nextStep: l10n.t('Apps on Container Apps or Kubernetes have none: use the portal for their logs.'),
      };
    case 'IdentityNotReady':
      return { reason: error.message, nextStep: l10n.t('Refresh the app in a minute.') };
    case 'IdentityExists':
      return { reason: error.message, nextStep: l10n.t('Take another name, or use the one that is there.') };
    case 'SettingChanged':
      return { reason: error.message, nextStep: l10n.t('Refresh the app, and look at what is there now.') };
    case 'SettingsLost':
      return {
        reason: error.message,
        nextStep: l10n.t(
          'Azure replaces all settings of an app at once: look at what is there now, then try again.',
        ),
      };
    case 'NoObjectId':
      return {
        reason: error.message,
        nextStep: l10n.t('Sign in another way, or ask an owner of the vault for access.'),
      };
    case 'AccessPolicyStays':
      return {
        reason: error.message,
        nextStep: l10n.t('Refresh the vault, and remove the policy in the portal if it is still there.'),
      };
    default:
      return explanationOfCode(error) ?? { reason: error.message };
  }
}

function explainStatus(error: AzureError): Explanation {
  const { status = 0, message } = error;
  const host = hostOf(error);
  if (/\.scm\./.test(host) && (status === 401 || status === 403)) {
    return {
      reason: l10n.t('The SCM site {0} refused access ({1}).', host, status),
      nextStep: l10n.t(
        'It takes the right "Microsoft.Web/sites/publish/action", e.g. the role Website Contributor on the app: Reader is not enough.',
      ),
    };
  }
  if (status === 401)
    return {
      reason: l10n.t('{0} does not accept the sign-in: {1}', host, message),
      nextStep: l10n.t('Sign in again.'),
    };
  if (status === 403)
    return {
      reason: l10n.t('{0} refused this: {1}', host, message),
      nextStep: l10n.t('Ask an owner of the resource for the right to do it.'),
    };
  if (status === 404)
    return {
      reason: l10n.t('It was not found: {0}', message),
      nextStep: l10n.t('It may have been deleted or moved: refresh the view.'),
    };
  if (status === 407)
    return {
      reason: l10n.t('The proxy wants a user name and password.'),
      nextStep: l10n.t('Check the settings "http.proxy" and "http.proxyAuthorization".'),
    };
  if (status === 408 || status === 504)
    return { reason: l10n.t('{0} did not answer in time.', host), nextStep: tryAgain() };
  if (status === 409)
    return {
      reason: l10n.t(
        'It is being changed by somebody else, or is not in a state that allows this: {0}',
        message,
      ),
      nextStep: l10n.t('Refresh the view and try again.'),
    };
  if (status === 429) return throttled(error, host);
  if (status === 502 || status === 503)
    return {
      reason: l10n.t('{0} is not available just now ({1}); it may be starting.', host, status),
      nextStep: l10n.t('Try again in a minute.'),
    };
  if (status >= 500)
    return {
      reason: l10n.t('{0} failed ({1}): {2}', host, status, message),
      nextStep: l10n.t('Try again in a minute; see the Azure status page if it stays.'),
    };
  return { reason: message };
}

function throttled(error: AzureError, host: string): Explanation {
  const seconds = error.retryAfterSeconds ?? Number(/after '(\d+)' seconds/.exec(error.message)?.[1] ?? NaN);
  const nextStep =
    seconds > 0 ? l10n.t('Try again in {0} seconds.', seconds) : l10n.t('Try again in a minute.');
  return { reason: l10n.t('Too many requests: {0} wants a pause.', host), nextStep };
}

/** Where it is not known, the name of all of them. */
function hostOf(error: AzureError): string {
  return error.host ?? 'Azure';
}
