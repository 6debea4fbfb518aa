import { hiddenText } from '../../azure/core/secrets/quotes';
import { isSecretName, isSettingsBag } from '../../azure/core/secrets/secretNames';
import { withoutSecretForms } from '../../azure/core/secrets/secretText';

/** Hides app setting values, connection strings, keys, passwords, and signatures in a resource's JSON, tags included, so it can be shown. */
export function withoutSecretValues(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(withoutSecretValues);
  if (typeof json === 'string') return withoutSecretForms(json);
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([name, value]: [string, unknown]) => {
      if (isSettingsBag(name)) return [name, hideValues(value)];
      return [
        name,
        isSecretName(name) && value !== null && typeof value !== 'boolean'
          ? hiddenText()
          : withoutSecretValues(value),
      ];
    }),
  );
}

function hideValues(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((item: unknown) =>
      typeof item === 'object' && item !== null
        ? Object.fromEntries(
            Object.entries(item).map(([name, inner]) => [
              name,
              /^(value|connectionString)$/i.test(name) ? hiddenText() : withoutSecretValues(inner),
            ]),
          )
        : // The `secrets` of an access policy are names of permissions.
          withoutSecretValues(item),
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.keys(value).map((name) => [name, hiddenText()]));
}
