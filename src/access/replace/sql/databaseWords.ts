import * as l10n from '@vscode/l10n';
import type { Finding } from '../../credentials/findings';
import type { Description } from '../../words/format';
import { isPostgres } from '../isReplaceable';

/** Why the password of a database can't be replaced. */
export function databaseRefusals(
  setting: string,
): Readonly<Record<'script' | 'noDatabase', () => Description>> {
  return {
    script: () => ({
      title: l10n.t('Its database needs a script first'),
      sentence: l10n.t('Only someone who is signed in to the database can let the identity use it.'),
      nextStep: l10n.t('Replace {0} by itself. Its plan has the script.', setting),
    }),
    noDatabase: () => ({
      title: l10n.t('No database is named'),
      sentence: l10n.t(
        "The user of an identity is part of one database, and {0} doesn't say which.",
        setting,
      ),
      nextStep: l10n.t('Add "Initial Catalog" to the connection string first.'),
    }),
  };
}

/** How code can use PostgreSQL without a password, which no setting can make it do; undefined for anything else. */
export function postgresWay(finding: Finding): Description | undefined {
  if (!isPostgres(finding)) return undefined;
  const [, suffix = 'windows.net'] =
    /\.(usgovcloudapi\.net|chinacloudapi\.cn)$/.exec(finding.host?.host ?? '') ?? [];
  return {
    title: l10n.t("The app's code must change"),
    sentence: l10n.t(
      'PostgreSQL accepts a token of the identity as the password. No setting makes a driver get one: the code must ask for it, for {0}.',
      `https://ossrdbms-aad.database.${suffix}/.default`,
    ),
    nextStep: l10n.t(
      'Run the script, which creates a role for the identity, and change the code. Until then, a key vault can hold the password.',
    ),
  };
}

/** What else to know before the password of a database is replaced. */
export function databaseNote(note: 'database' | 'sqlClient', setting: string): Omit<Description, 'nextStep'> {
  return note === 'database'
    ? {
        title: l10n.t('The database'),
        sentence: l10n.t(
          "The host runs without a database, so Keyless can't see whether the identity may use it. Run a function that does. If it fails to sign in, undo the replacement.",
        ),
      }
    : {
        title: l10n.t("The app's database driver"),
        sentence: l10n.t(
          'No binding uses {0}, so the code of the app does. It must be for .NET, with version 3 or later of Microsoft.Data.SqlClient, and version 7 also needs Microsoft.Data.SqlClient.Extensions.Azure. System.Data.SqlClient and other drivers fail with the new value.',
          setting,
        ),
      };
}
