import { createHmac } from 'node:crypto';
import type { Values } from './bareKey';
import type { CredentialKind } from './credential';
import { credentialIn } from './credentialIn';
import type { Host } from './hosts';
import type { Binding, Use } from './uses';
import { usesOf } from './uses';
import type { WayOut } from './wayOut';
import { wayOutOf } from './wayOut';

/** Where credentials of an app may be. */
export interface CredentialSources {
  readonly appSettings: Values;
  readonly connectionStrings: Values;
  /** Bindings of all functions; absent if they aren't known. */
  readonly bindings?: readonly Binding[];
  /** Publishing methods that accept a user name and password; absent if that isn't known. */
  readonly basicPublishing?: readonly ('ftp' | 'scm')[];
}

/** A credential that an app holds. It contains no secret, nor anything a secret could be computed from. */
export interface Finding {
  readonly kind: CredentialKind | 'publishingPassword' | 'telemetry';
  readonly source: 'appSetting' | 'connectionString' | 'publishing';
  /** Name of the setting or connection string, or `ftp` or `scm`. */
  readonly name: string;
  /** The part of the value that is secret, as written. */
  readonly part?: string;
  /** What it opens; absent if nothing says that. */
  readonly host?: Host;
  /** A resource name without a host name; for telemetry, an instrumentation key. */
  readonly account?: string;
  /** The database that a connection string names. */
  readonly database?: string;
  /** The queue, topic, or event hub that the connection string names. */
  readonly entityPath?: string;
  readonly expires?: Date;
  /** Empty if only the app's code can be reading it, or if nothing is known of its functions. */
  readonly uses: readonly Use[];
  readonly wayOut: WayOut;
  /** Equal for equal secrets of this session, and meaningless beyond it; absent for a publishing password. */
  readonly fingerprint?: string;
}

const unknownWay: WayOut = { way: 'unknown', because: 'unreadBindings' };

/**
 * Finds all credentials of an app, settings and connection strings by name.
 * @param salt random for each session, so that fingerprints can't be compared with anything outside it
 */
export function findCredentials(sources: CredentialSources, salt: Uint8Array): Finding[] {
  const all: Values = new Map([...sources.connectionStrings, ...sources.appSettings]);
  const names = [...all.keys()];
  const find = (values: Values, source: 'appSetting' | 'connectionString'): Finding[] =>
    byName(values).flatMap(([name, value]) => {
      const credential = credentialIn(name, value, all);
      if (!credential) return [];
      const { kind, secret, part, host, account, database, entityPath, expires } = credential;
      const uses = usesOf(name, sources.bindings ?? [], names);
      const wayOut = wayOutOf(name, value, credential, uses);
      return {
        kind,
        source,
        name,
        uses,
        wayOut: sources.bindings || wayOut.because !== 'codeReads' ? wayOut : unknownWay,
        fingerprint: fingerprintOf(secret, salt),
        ...(part === undefined ? {} : { part }),
        ...(host ? { host } : {}),
        ...(account === undefined ? {} : { account }),
        ...(database === undefined ? {} : { database }),
        ...(entityPath === undefined ? {} : { entityPath }),
        ...(expires ? { expires } : {}),
      };
    });
  return [
    ...find(sources.appSettings, 'appSetting'),
    ...find(sources.connectionStrings, 'connectionString'),
    ...(sources.basicPublishing ?? []).map((name): Finding => ({
      kind: 'publishingPassword',
      source: 'publishing',
      name,
      uses: [],
      wayOut: { way: 'identity', because: 'publishing' },
    })),
  ];
}

/** Equal for equal secrets with the same salt. It tells nothing of the secret to those who don't know the salt. */
export function fingerprintOf(secret: string, salt: Uint8Array): string {
  return createHmac('sha256', salt).update(secret).digest('hex').slice(0, 16);
}

function byName(values: Values): (readonly [name: string, value: string])[] {
  return [...values].sort(([one], [other]) => one.localeCompare(other));
}
