import type { Fetched } from '../../azure/appService/settings/platformSignIn';
import type { JsonObject } from '../../azure/core/json';
import type { SettingsWrite } from './settingsFor';

/** A setting that has a credential, and what replaces it. */
export interface WrittenSetting {
  readonly setting: string;
  /** Type of the connection string that the setting is; absent for an app setting. */
  readonly connectionType?: string;
  readonly write: SettingsWrite;
  /** How the platform signs in without the credential. */
  readonly platform?: PlatformWrite;
}

/** How the platform signs in to what it fetches, before and after. It contains no secret value. */
export interface PlatformWrite {
  readonly fetched: Fetched;
  readonly was: JsonObject;
  readonly now: JsonObject;
  /** The properties that it is part of, as they were. */
  readonly properties: JsonObject;
}

/** One request that writes all app settings, or all connection strings, or a part of the app's configuration. */
export type Write =
  | ({ readonly kind: 'platform' } & PlatformWrite)
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
 * IConfigurationExtensions.cs), so that the app is never without a connection. The platform signs in as the identity before its
 * credential is deleted.
 */
export function writesOf(parts: readonly WrittenSetting[]): Write[] {
  const isString = ({ connectionType }: WrittenSetting) => connectionType !== undefined;
  const remove = parts.flatMap((part) => (isString(part) ? [] : part.write.remove));
  const entries = parts.flatMap((part) =>
    Object.entries(part.write.set).filter(([name]) => !isString(part) || name !== part.setting),
  );
  const isEmpty = remove.length === 0 && entries.length === 0;
  return [
    ...parts.flatMap(({ platform }) => (platform ? [{ kind: 'platform', ...platform } as const] : [])),
    ...(isEmpty ? [] : [{ kind: 'appSettings', remove, set: Object.fromEntries(entries) } as const]),
    ...parts.flatMap(({ setting: name, connectionType, write: { set } }): Write[] => {
      if (connectionType === undefined) return [];
      const value = set[name];
      return [{ kind: 'connectionString', name, connectionType, ...(value === undefined ? {} : { value }) }];
    }),
  ];
}
