import type { SettingsWrite } from './settingsFor';

/** A setting that has a credential, and what replaces it. */
export interface WrittenSetting {
  readonly setting: string;
  /** Type of the connection string that the setting is; absent for an app setting. */
  readonly connectionType?: string;
  readonly write: SettingsWrite;
}

/** One request that writes all app settings, or all connection strings. */
export type Write =
  | ({ readonly kind: 'appSettings' } & SettingsWrite)
  /** Without a value, it's deleted. */
  | {
      readonly kind: 'connectionString';
      readonly name: string;
      readonly connectionType: string;
      readonly value?: string;
    };

/**
 * The requests that replace credentials, in order. App Service has connection strings in another list than the app settings
 * that replace them. These come first: as long as the connection string is there, it wins (webjobs-sdk,
 * IConfigurationExtensions.cs), so that the app is never without a connection.
 */
export function writesOf(parts: readonly WrittenSetting[]): Write[] {
  const isString = ({ connectionType }: WrittenSetting) => connectionType !== undefined;
  const remove = parts.flatMap((part) => (isString(part) ? [] : part.write.remove));
  const entries = parts.flatMap((part) =>
    Object.entries(part.write.set).filter(([name]) => !isString(part) || name !== part.setting),
  );
  const isEmpty = remove.length === 0 && entries.length === 0;
  return [
    ...(isEmpty ? [] : [{ kind: 'appSettings', remove, set: Object.fromEntries(entries) } as const]),
    ...parts.flatMap(({ setting: name, connectionType, write: { set } }): Write[] => {
      if (connectionType === undefined) return [];
      const value = set[name];
      return [{ kind: 'connectionString', name, connectionType, ...(value === undefined ? {} : { value }) }];
    }),
  ];
}
