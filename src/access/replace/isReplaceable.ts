import type { Finding } from '../credentials/findings';

/**
 * Whether *Replace with Identity…* can replace a credential: by settings alone, and with roles that can be assigned, or a
 * script for a database.
 */
export function isReplaceable({ kind, wayOut, source }: Finding): boolean {
  if (wayOut.way !== 'identity' || source === 'publishing') return false;
  // Only of SqlClient's connection strings, it's known what to write.
  if (wayOut.because === 'newValue') return wayOut.add !== undefined;
  if (wayOut.because === 'obsolete' || wayOut.because === 'telemetry') return true;
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
  const isOther = /^(?:codeReads|bindingChange|federation|registry|deployment)$/.test(finding.wayOut.because);
  return isReplaceable(finding) || isPostgres(finding) || isOther;
}
