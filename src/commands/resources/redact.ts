import * as l10n from '@vscode/l10n';

/** Hides app setting values, connection strings, keys, passwords, and signatures in a resource's JSON so it can be shown. */
export function withoutSecretValues(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(withoutSecretValues);
  if (typeof json !== 'object' || json === null) return withoutSignature(json);
  return Object.fromEntries(
    Object.entries(json).map(([name, value]: [string, unknown]) => {
      if (isSettingsBag(name)) return [name, hideValues(value)];
      return [
        name,
        isSecretName(name) && value !== null && typeof value !== 'boolean'
          ? hidden()
          : withoutSecretValues(value),
      ];
    }),
  );
}

/** Whether all values of a map or a list of `{name, value}` can be secret (config/appsettings, config/connectionstrings, host keys). */
function isSettingsBag(name: string): boolean {
  return /^(appSettings|connectionStrings|metadata|functionKeys|systemKeys|secrets)$/i.test(name);
}

function hideValues(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((item: unknown) =>
      typeof item === 'object' && item !== null
        ? Object.fromEntries(
            Object.entries(item).map(([name, inner]) => [
              name,
              /^(value|connectionString)$/i.test(name) ? hidden() : (inner as unknown),
            ]),
          )
        : // The `secrets` of an access policy are names of permissions.
          withoutSecretValues(item),
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.keys(value).map((name) => [name, hidden()]));
}

/** Whether a name promises a secret value. Names such as `secretUri` or `keyVaultReferenceIdentity` don't. */
function isSecretName(name: string): boolean {
  return /(password|pwd|accountkey|accesskey|masterkey|primarykey|secondarykey|sasurl|sastoken|connectionstring|clientsecret|secret|token)$/i.test(
    name,
  );
}

/** Hides signatures, function keys, and credentials in URLs. */
function withoutSignature(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value
    .replace(/([?&](?:sig|code)=)[^&\s"']+/gi, (_, start: string) => `${start}${hidden()}`)
    .replace(/(https?:\/\/)[^/@\s]+@/gi, '$1');
}

/** The text shown in place of a secret value. */
function hidden(): string {
  return l10n.t('(hidden by Keyless)');
}
