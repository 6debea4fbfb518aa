/** Which names promise a secret value, in JSON, in headers, and in queries. */

/** Whether a property has a secret value. Names such as `secretUri` or `keyVaultReferenceIdentity` don't promise one. */
export function isSecretName(name: string): boolean {
  return /(password|passwd|pwd|(account|access|api|api-|master|primary|secondary|shared|private|function|host|storage)[-_]?key|sas|sas-?(url|uri|token)|connection-?string|client-?secret|secret|token)[-_]?\d*$/i.test(
    name,
  );
}

/**
 * Whether all values of a map or a list of `{name, value}` can be secret (config/appsettings, config/connectionstrings, host
 * keys, the environment variables and secrets of container apps).
 */
export function isSettingsBag(name: string): boolean {
  return /^(appSettings|env|connectionStrings|metadata|functionKeys|systemKeys|secrets)$/i.test(name);
}

/** Whether a header carries credentials: a key, a token, a cookie, a signature, a certificate, or who the caller is. */
export function isCredentialHeader(name: string): boolean {
  return /auth(?!ors?\b)|key|token|secret|password|passwd|pwd|signature|cookie|session|credential|cert|principal|jwt|saml|sas$/i.test(
    name,
  );
}

/** Whether a parameter of a query carries credentials, e.g. `code` of a function or `sig` of a shared access signature. */
export function isCredentialParameter(name: string): boolean {
  return /(^|;)code$|(^|[^a-z])(sig|sas|pwd|jwt|auth)$|key$|token|secret|password|passwd|signature|credential|session|assertion|authorization/i.test(
    name.trim(),
  );
}
