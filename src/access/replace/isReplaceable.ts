import type { Fetched } from '../../azure/appService/settings/platformSignIn';
import type { Finding } from '../credentials/findings';

/** What the platform fetches with a credential; undefined if it's for something else. */
export function fetchedWith({ wayOut: { because } }: Pick<Finding, 'wayOut'>): Fetched | undefined {
  return because === 'deployment' ? 'package' : because === 'registry' ? 'image' : undefined;
}

/**
 * Whether *Replace with Identity…* can replace a credential: by settings or configuration alone, and with roles that can be
 * assigned, or a script for a database.
 */
export function isReplaceable(finding: Finding): boolean {
  const { kind, wayOut, source } = finding;
  if (wayOut.way !== 'identity' || source === 'publishing') return false;
  // Only of SqlClient's connection strings, it's known what to write.
  if (wayOut.because === 'newValue') return wayOut.add !== undefined;
  if (wayOut.because === 'obsolete' || wayOut.because === 'telemetry' || fetchedWith(finding)) return true;
  return (
    (wayOut.because === 'settings' || wayOut.because === 'package') &&
    /^(?:storage|namespace|signalR|webPubSub|cosmos|redis|ai|search)/.test(kind)
  );
}

/** Whether a credential is the password of a PostgreSQL database, for which the app's code must change. */
export function isPostgres({ kind, host }: Finding): boolean {
  return kind === 'databasePassword' && host?.service === 'postgres';
}

/** Whether Keyless can say what to do: replace it, or what to change in the code, a binding, or the app's configuration. */
export function hasPlan(finding: Finding): boolean {
  const isOther = /^(?:codeReads|bindingChange|federation)$/.test(finding.wayOut.because);
  return isReplaceable(finding) || isPostgres(finding) || isOther;
}
