import type { Binding } from '../../access/credentials/uses';
import { findCredentials } from '../../access/credentials/findings';
import { isReference } from '../../access/reference/reference';
import { looksLikeSecret } from '../../access/reference/looksLikeSecret';
import type { LocalSettings } from './localSettings';

/** What local.settings.json gets from an app. It holds no secret value. */
export interface DownloadPlan {
  readonly values: Readonly<Record<string, string>>;
  readonly connectionStrings: Readonly<Record<string, string>>;
  /** Settings that the file has with another value. They're part of `values` and `connectionStrings`. */
  readonly differ: readonly string[];
  /** Settings whose values are secrets, by what takes their place: nothing, or settings of an identity-based connection. */
  readonly leftOut: readonly string[];
  readonly byIdentity: readonly string[];
}

export interface RemoteSettings {
  readonly appSettings: ReadonlyMap<string, string>;
  readonly connectionStrings: ReadonlyMap<string, string>;
  /** Bindings of all functions; absent if they aren't known. */
  readonly bindings?: readonly Binding[];
}

/**
 * Decides what to download. Values that are secrets, or look like one, stay in Azure. Which identity a connection uses in
 * Azure is left out, because functions on this machine use the developer's sign-in (Functions developer guide).
 */
export function planDownload(remote: RemoteSettings, local: LocalSettings | undefined): DownloadPlan {
  // Nothing is compared with these fingerprints.
  const findings = findCredentials(remote, new Uint8Array(1));
  const values: Record<string, string> = {};
  const connectionStrings: Record<string, string> = {};
  const leftOut: string[] = [];
  const byIdentity: string[] = [];
  for (const [name, value] of remote.appSettings) {
    if (isOfPlatform(name) || isIdentityOfAzure(name)) continue;
    const finding = findings.find((one) => one.source === 'appSetting' && one.name === name);
    const { way, because, add = {} } = finding?.wayOut ?? {};
    if (!finding && !looksLikeSecret(name, value)) values[name] = value;
    // A value that the file has would win over the identity (WebJobs SDK), and is left to the developer.
    else if (
      way === 'identity' &&
      because === 'settings' &&
      Object.keys(add).length > 0 &&
      !local?.values.has(name)
    ) {
      byIdentity.push(name);
      Object.assign(values, add);
    } else leftOut.push(name);
  }
  for (const [name, value] of remote.connectionStrings) {
    const isSecret = findings.some((one) => one.source === 'connectionString' && one.name === name);
    if (!isSecret && (isReference(value) || !looksLikeSecret(name, value))) connectionStrings[name] = value;
    else leftOut.push(name);
  }
  const differing = (some: Record<string, string>, known: ReadonlyMap<string, string> | undefined) =>
    Object.keys(some).filter((name) => known?.has(name) && known.get(name) !== some[name]);
  const differ = [
    ...differing(values, local?.values),
    ...differing(connectionStrings, local?.connectionStrings),
  ];
  return { values, connectionStrings, differ, leftOut, byIdentity };
}

/** Settings that only mean something to App Service, or that Core Tools set by themselves (Functions app settings reference). */
function isOfPlatform(name: string): boolean {
  return /^(?:WEBSITE_|SCM_|DOCKER_|MACHINEKEY_|ENABLE_ORYX|DEPLOYMENT_STORAGE_|FUNCTIONS_EXTENSION_VERSION$)/i.test(
    name,
  );
}

function isIdentityOfAzure(name: string): boolean {
  return /__(?:credential|clientId|managedIdentityResourceId)$/i.test(name);
}
