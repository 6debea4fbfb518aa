import type { AzureError } from './errors';
import { toAzureError } from './errors';
import type { Explanation } from './explainCodes';
import { explanationOfCode } from './explainCodes';

export type { Explanation } from './explainCodes';

/**
 * The one place that turns Azure's errors into words. Plain text: parts of answers come as the service wrote them and
 * are hostile; no secret value is in it.
 */
export function explain(error: unknown): Explanation {
  const failure = toAzureError(error);
  if (failure.words) return failure.words;
  if (failure.status === undefined) return explainUnanswered(failure);
  if (failure.claims !== undefined) return challenged;
  return explanationOfCode(failure) ?? explainStatus(failure);
}

/** Whether a secure connection could not be made: trying again does not help. */
export function isTlsFailure(error: AzureError): boolean {
  return tlsCode.test(error.code ?? '');
}

const challenged: Explanation = {
  reason: 'Your organisation wants you to prove again who you are before this is allowed.',
  nextStep: 'Sign in again. With the Azure CLI: run "az logout", then "az login".',
};

const tlsCode =
  /^(CERT_|ERR_TLS_|ERR_SSL_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)|HOSTNAME_MISMATCH|EPROTO)/;

/** No answer came: the network, TLS, a proxy, a sign-in, or Keyless itself refused. */
function explainUnanswered(error: AzureError): Explanation {
  const host = error.host ?? 'the service';
  if (isTlsFailure(error)) {
    return {
      reason: `No secure connection to ${host}: its certificate is not accepted (${error.code ?? ''}).`,
      nextStep:
        'Where a proxy inspects the traffic, its certificate must be in the system\'s store and the setting "http.systemCertificates" on.',
    };
  }
  if (/\b407\b|proxy authentication required/i.test(error.message)) {
    return {
      reason: `The proxy wants a user name and password before it connects to ${host}.`,
      nextStep: 'Check the settings "http.proxy" and "http.proxyAuthorization".',
    };
  }
  return explainNetworkCode(error, host) ?? explainSignIn(error) ?? explainOwn(error);
}

function explainNetworkCode(error: AzureError, host: string): Explanation | undefined {
  const checkNetwork = 'Check the network connection, and the setting "http.proxy" if there is a proxy.';
  switch (error.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        reason: `The name ${host} was not found.`,
        nextStep: `${checkNetwork} Resources behind a private endpoint are found only from within their network.`,
      };
    case 'ECONNREFUSED':
      return { reason: `${host} refused the connection.`, nextStep: checkNetwork };
    case 'ETIMEDOUT':
    case 'ESOCKETTIMEDOUT':
      return { reason: `${host} did not answer in time.`, nextStep: `${checkNetwork} Then try again.` };
    case 'ECONNRESET':
    case 'EPIPE':
    case 'PARSE_ERROR':
    case 'REQUEST_SEND_ERROR':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return { reason: `The connection to ${host} was cut.`, nextStep: 'Try again.' };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENETDOWN':
      return { reason: `${host} can't be reached from here.`, nextStep: checkNetwork };
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
        reason: `Entra ID wants more proof or another device before it gives a token (${entra}).`,
        nextStep: challenged.nextStep ?? '',
      };
    case 'AADSTS65001':
    case 'AADSTS90094':
      return {
        reason: `Nobody has consented yet to tokens for this service (${entra}).`,
        nextStep: 'Sign in again and agree when asked, or ask an administrator of the tenant for consent.',
      };
    case 'AADSTS500011':
      return {
        reason: `This tenant does not know the service that the token is for (${entra}).`,
        nextStep: 'Check that the right cloud is selected.',
      };
    case undefined:
      break;
    default:
      return { reason: `Entra ID gave no token (${entra}).`, nextStep: 'Sign in again.' };
  }
  if (error.code === 'CredentialUnavailableError' || error.code === 'AuthenticationRequiredError') {
    return {
      reason: 'There is no usable sign-in.',
      nextStep: 'Sign in again. With the Azure CLI: run "az login".',
    };
  }
  return undefined;
}

function explainOwn(error: AzureError): Explanation {
  switch (error.code) {
    case 'UntrustedOriginError':
      return {
        reason: error.message,
        nextStep:
          'If this host is yours, check which cloud is selected; if it is not, somebody may be trying to get your token.',
      };
    case 'NoScmSite':
      return {
        reason: error.message,
        nextStep: 'Apps on Container Apps or Kubernetes have none: use the portal for their logs.',
      };
    case 'IdentityNotReady':
      return { reason: error.message, nextStep: 'Refresh the app in a minute.' };
    case 'IdentityExists':
      return { reason: error.message, nextStep: 'Take another name, or use the one that is there.' };
    case 'SettingChanged':
      return { reason: error.message, nextStep: 'Refresh the app, and look at what is there now.' };
    case 'SettingsLost':
      return {
        reason: error.message,
        nextStep: 'Azure replaces all settings of an app at once: look at what is there now, then try again.',
      };
    case 'NoObjectId':
      return {
        reason: error.message,
        nextStep: 'Sign in another way, or ask an owner of the vault for access.',
      };
    case 'AccessPolicyStays':
      return {
        reason: error.message,
        nextStep: 'Refresh the vault, and remove the policy in the portal if it is still there.',
      };
    default:
      return explanationOfCode(error) ?? { reason: error.message };
  }
}

function explainStatus(error: AzureError): Explanation {
  const { status = 0, message } = error;
  const host = error.host ?? 'the service';
  if (/\.scm\./.test(host) && (status === 401 || status === 403)) {
    return {
      reason: `The SCM site ${host} refused access (${status}).`,
      nextStep:
        'It takes the right "Microsoft.Web/sites/publish/action", e.g. the role Website Contributor on the app: Reader is not enough.',
    };
  }
  if (status === 401)
    return { reason: `${host} does not accept the sign-in: ${message}`, nextStep: 'Sign in again.' };
  if (status === 403)
    return {
      reason: `${host} refused this: ${message}`,
      nextStep: 'Ask an owner of the resource for the right to do it.',
    };
  if (status === 404)
    return {
      reason: `It was not found: ${message}`,
      nextStep: 'It may have been deleted or moved: refresh the view.',
    };
  if (status === 407)
    return {
      reason: 'The proxy wants a user name and password.',
      nextStep: 'Check the settings "http.proxy" and "http.proxyAuthorization".',
    };
  if (status === 408 || status === 504)
    return { reason: `${host} did not answer in time.`, nextStep: 'Try again.' };
  if (status === 409)
    return {
      reason: `It is being changed by somebody else, or is not in a state that allows this: ${message}`,
      nextStep: 'Refresh the view and try again.',
    };
  if (status === 429) return throttled(error, host);
  if (status === 502 || status === 503)
    return {
      reason: `${host} is not available just now (${status}); it may be starting.`,
      nextStep: 'Try again in a minute.',
    };
  if (status >= 500)
    return {
      reason: `${host} failed (${status}): ${message}`,
      nextStep: 'Try again in a minute; see the Azure status page if it stays.',
    };
  return { reason: message };
}

function throttled(error: AzureError, host: string): Explanation {
  const seconds = error.retryAfterSeconds ?? Number(/after '(\d+)' seconds/.exec(error.message)?.[1] ?? NaN);
  const wait = seconds > 0 ? `in ${seconds} seconds` : 'in a minute';
  return { reason: `Too many requests: ${host} wants a pause.`, nextStep: `Try again ${wait}.` };
}
