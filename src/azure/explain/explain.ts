import * as l10n from '@vscode/l10n';
import type { AzureError, Explanation } from '../core/errors';
import { toAzureError } from '../core/errors';
import { explanationOfAppService } from './explainAppService';
import { explanationOfCode } from './explainCodes';

/**
 * Turns Azure's errors into text for the user; nothing else does. The result is plain text that quotes the service's own
 * messages, so treat it as untrusted. It never contains a secret value.
 */
export function explain(error: unknown): Explanation {
  const failure = toAzureError(error);
  if (failure.explanation) return failure.explanation;
  if (failure.status === undefined) return explainUnanswered(failure);
  if (failure.claims !== undefined) return challenged();
  return explanationOfCode(failure) ?? explanationOfAppService(failure) ?? explainStatus(failure);
}

/** Whether the TLS connection failed, in which case retrying doesn't help. */
export function isTlsFailure(error: AzureError): boolean {
  return tlsCode.test(error.code ?? '');
}

/** The next step when there is no better one. */
export function tryAgain(): string {
  return l10n.t('Try again.');
}

function challenged(): Explanation {
  return {
    reason: l10n.t('Your organization requires you to sign in again to do this.'),
    nextStep: proveAgain(),
  };
}

function proveAgain(): string {
  return l10n.t('Sign in again. With the Azure CLI: run "az logout", then "az login".');
}

const tlsCode =
  /^(CERT_|ERR_TLS_|ERR_SSL_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)|HOSTNAME_MISMATCH|EPROTO)/;

/** There was no response: the network, TLS, a proxy, sign-in or Keyless itself prevented the request. */
function explainUnanswered(error: AzureError): Explanation {
  const host = hostOf(error);
  if (isTlsFailure(error)) {
    return {
      reason: l10n.t(
        "Couldn't establish a secure connection to {0} because its certificate was rejected ({1}).",
        host,
        error.code ?? '',
      ),
      nextStep: l10n.t(
        'If a proxy inspects your traffic, add its certificate to the system\'s certificate store and turn on the "http.systemCertificates" setting.',
      ),
    };
  }
  if (/\b407\b|proxy authentication required/i.test(error.message)) {
    return {
      reason: l10n.t('The proxy requires a user name and password to connect to {0}.', host),
      nextStep: l10n.t('Check the "http.proxy" and "http.proxyAuthorization" settings.'),
    };
  }
  return explainNetworkCode(error, host) ?? explainSignIn(error) ?? explainOwn(error);
}

function explainNetworkCode(error: AzureError, host: string): Explanation | undefined {
  const checkNetwork = l10n.t(
    'Check your network connection and, if you use a proxy, the "http.proxy" setting.',
  );
  switch (error.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        reason: l10n.t("The host name {0} couldn't be resolved.", host),
        nextStep: l10n.t(
          'Check your network connection and, if you use a proxy, the "http.proxy" setting. Resources behind a private endpoint can be reached only from inside their network.',
        ),
      };
    case 'ECONNREFUSED':
      return { reason: l10n.t('{0} refused the connection.', host), nextStep: checkNetwork };
    case 'ETIMEDOUT':
    case 'ESOCKETTIMEDOUT':
      return {
        reason: l10n.t("{0} didn't respond in time.", host),
        nextStep: l10n.t(
          'Check your network connection and, if you use a proxy, the "http.proxy" setting. Then try again.',
        ),
      };
    case 'ECONNRESET':
    case 'EPIPE':
    case 'PARSE_ERROR':
    case 'REQUEST_SEND_ERROR':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return { reason: l10n.t('The connection to {0} was lost.', host), nextStep: tryAgain() };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENETDOWN':
      return { reason: l10n.t("{0} can't be reached from this network.", host), nextStep: checkNetwork };
    default:
      return undefined;
  }
}

/** Explains errors of @azure/identity, whose messages contain Entra ID's codes. */
function explainSignIn(error: AzureError): Explanation | undefined {
  const entra = /AADSTS\d+/.exec(error.message)?.[0];
  switch (entra) {
    case 'AADSTS50076':
    case 'AADSTS50079':
    case 'AADSTS50158':
    case 'AADSTS53003':
      return {
        reason: l10n.t(
          'Microsoft Entra ID requires additional verification or a compliant device ({0}).',
          entra,
        ),
        nextStep: proveAgain(),
      };
    case 'AADSTS65001':
    case 'AADSTS90094':
      return {
        reason: l10n.t("Consent for this service hasn't been granted yet ({0}).", entra),
        nextStep: l10n.t(
          'Sign in again and accept the consent prompt, or ask a tenant administrator to grant consent.',
        ),
      };
    case 'AADSTS500011':
      return {
        reason: l10n.t("The service that the token is for doesn't exist in this tenant ({0}).", entra),
        nextStep: l10n.t('Check that the right cloud is selected.'),
      };
    case undefined:
      break;
    default:
      return {
        reason: l10n.t("Microsoft Entra ID didn't issue a token ({0}).", entra),
        nextStep: l10n.t('Sign in again.'),
      };
  }
  if (error.code === 'CredentialUnavailableError' || error.code === 'AuthenticationRequiredError') {
    return {
      reason: l10n.t('No valid sign-in was found.'),
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
          "If this host is yours, check which cloud is selected. If it isn't, someone may be trying to steal your token.",
        ),
      };
    case 'NoScmSite':
      return {
        reason: error.message,
        nextStep: l10n.t(
          "Apps on Container Apps or Kubernetes don't have an SCM site. View their logs in the Azure portal.",
        ),
      };
    case 'IdentityNotReady':
      return { reason: error.message, nextStep: l10n.t('Refresh the app in a minute.') };
    case 'IdentityStays':
      return {
        reason: error.message,
        nextStep: l10n.t(
          'Refresh the app. If the identity is still assigned, remove it in the Azure portal, or assign and remove it again.',
        ),
      };
    case 'IdentityExists':
      return {
        reason: error.message,
        nextStep: l10n.t('Choose another name, or use the existing identity.'),
      };
    case 'SettingChanged':
      return { reason: error.message, nextStep: l10n.t('Refresh the app and check its current settings.') };
    case 'SettingsLost':
      return {
        reason: error.message,
        nextStep: l10n.t(
          "Azure replaces all of an app's settings at once. Check the current settings, then try again.",
        ),
      };
    case 'NoObjectId':
      return {
        reason: error.message,
        nextStep: l10n.t('Use another sign-in method, or ask an owner of the vault for access.'),
      };
    case 'AccessPolicyStays':
      return {
        reason: error.message,
        nextStep: l10n.t(
          'Refresh the vault. If the access policy is still there, remove it in the Azure portal.',
        ),
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
      reason: l10n.t('The SCM site {0} denied access ({1}).', host, status),
      nextStep: l10n.t(
        'You need the "Microsoft.Web/sites/publish/action" permission, for example from the Website Contributor role on the app. The Reader role isn\'t enough.',
      ),
    };
  }
  if (status === 401)
    return {
      reason: l10n.t("{0} didn't accept your sign-in: {1}", host, message),
      nextStep: l10n.t('Sign in again.'),
    };
  if (status === 403)
    return {
      reason: l10n.t('{0} denied access: {1}', host, message),
      nextStep: l10n.t('Ask an owner of the resource for the required permission.'),
    };
  if (status === 404)
    return {
      reason: l10n.t("The resource wasn't found: {0}", message),
      nextStep: l10n.t('It may have been deleted or moved. Refresh the view.'),
    };
  if (status === 407)
    return {
      reason: l10n.t('The proxy requires a user name and password.'),
      nextStep: l10n.t('Check the "http.proxy" and "http.proxyAuthorization" settings.'),
    };
  if (status === 408 || status === 504)
    return { reason: l10n.t("{0} didn't respond in time.", host), nextStep: tryAgain() };
  if (status === 409)
    return {
      reason: l10n.t(
        "The resource is being changed by someone else or is in a state that doesn't allow this: {0}",
        message,
      ),
      nextStep: l10n.t('Refresh the view and try again.'),
    };
  if (status === 429) return throttled(error, host);
  if (status === 502 || status === 503)
    return {
      reason: l10n.t('{0} is temporarily unavailable ({1}). It may still be starting.', host, status),
      nextStep: l10n.t('Try again in a minute.'),
    };
  if (status >= 500)
    return {
      reason: l10n.t('{0} failed ({1}): {2}', host, status, message),
      nextStep: l10n.t('Try again in a minute. If the problem continues, check the Azure status page.'),
    };
  return { reason: message };
}

function throttled(error: AzureError, host: string): Explanation {
  const seconds =
    error.retryAfterSeconds ?? Number(/after '(\d{1,5})' seconds/.exec(error.message)?.[1] ?? NaN);
  const nextStep =
    seconds > 0 ? l10n.t('Try again in {0} seconds.', seconds) : l10n.t('Try again in a minute.');
  return { reason: l10n.t('Too many requests were sent to {0}.', host), nextStep };
}

/** The host, or just "Azure" if it isn't known. */
function hostOf(error: AzureError): string {
  return error.host ?? 'Azure';
}
