import * as l10n from '@vscode/l10n';
import { reasonWords } from '../credentials/words';
import type { Description, DescriptionsOf } from '../words/format';
import { descriptionOf, inShort } from '../words/format';
import type { Note } from './planReplacement';
import type { Refusal } from './refusals';
import { describeLack } from './lackWords';
import { describePlatform } from './platformWords';
import type { ReplaceFacts } from './replaceFacts';
import { databaseNote, databaseRefusals, postgresWay } from './sql/databaseWords';

/** Why the credential can't be replaced, and what to do first. */
export function describeRefusal(refusal: Refusal, facts: ReplaceFacts): Description {
  return descriptionOf(refusalTexts(facts), refusal);
}

function refusalTexts({ app, finding }: ReplaceFacts): DescriptionsOf<Refusal> {
  const setting = finding.name;
  return {
    ...databaseRefusals(setting),
    wayOut: () =>
      postgresWay(finding) ?? {
        title: l10n.t("Settings alone can't replace it"),
        sentence: reasonWords(finding.wayOut.because),
        nextStep: l10n.t('See "Way out" in the tooltip of the key.'),
      },
    connectionString: () => ({
      title: l10n.t('It is a connection string'),
      sentence: l10n.t(
        '{0} is among the connection strings of {1}, where only the host finds it. The platform reads it among the app settings.',
        ...[setting, app.name],
      ),
      nextStep: l10n.t('Make it an app setting of the same name first.'),
    }),
    appSettingBehind: ({ name }) => ({
      title: l10n.t('An app setting has the same name'),
      sentence: l10n.t('Without the connection string, the app would use the app setting {0}.', name),
      nextStep: l10n.t('Delete the app setting first.'),
    }),
    connectionStringWins: ({ name }) => ({
      title: l10n.t('A connection string has the same name'),
      sentence: l10n.t('The app uses the connection string {0} instead of the app setting.', name),
      nextStep: l10n.t("Delete the connection string if it isn't needed."),
    }),
    logicApp: () => ({
      title: l10n.t('It is a logic app'),
      sentence: l10n.t('The host of a logic app names its identity in another way than Functions.'),
      nextStep: l10n.t('Set up its connection in the Azure portal.'),
    }),
    stopped: () => ({
      title: l10n.t("The app doesn't run"),
      sentence: l10n.t("Keyless couldn't see whether {0} still works afterward.", app.name),
      nextStep: l10n.t('Start the app first.'),
    }),
    unreadFunctions: () => ({
      title: l10n.t("The functions couldn't be read"),
      sentence: l10n.t("Their bindings decide which roles the identity needs, and Keyless doesn't guess."),
      nextStep: l10n.t('Check that the app works, and try again in a minute.'),
    }),
    noFunctions: () => ({
      title: l10n.t('The app has no functions'),
      sentence: l10n.t(
        "Keyless couldn't see whether {0} still works, because a broken host lists no functions either.",
        app.name,
      ),
      nextStep: l10n.t('Deploy the functions first.'),
    }),
    unreadHost: () => ({
      title: l10n.t("The state of the Functions host couldn't be read"),
      sentence: l10n.t("Keyless couldn't see whether {0} still works afterward.", app.name),
      nextStep: l10n.t('You need a role that can run the app, such as Website Contributor.'),
    }),
    unhealthyHost: ({ state }) => ({
      title: l10n.t('The Functions host is already failing'),
      sentence: l10n.t(
        'The host of {0} reports the state {1} or an error, so a new problem would go unnoticed.',
        ...[app.name, state],
      ),
      nextStep: l10n.t('Fix that first. The log stream shows why.'),
    }),
    oldHost: ({ version }) => ({
      title: l10n.t('The Functions host is too old'),
      sentence: l10n.t(
        'It has version {0}, and only version 4 connects to host storage with an identity.',
        version,
      ),
      nextStep: l10n.t('Move the app to version 4 first.'),
    }),
    oldBundle: ({ version, needed }) => ({
      title: l10n.t('The extension bundle is too old'),
      sentence: l10n.t(
        "The app uses version {0}. Connections with an identity need version {1} or later, so the app couldn't connect.",
        ...[version, needed],
      ),
      nextStep: l10n.t('Set "extensionBundle" in host.json to "[4.*, 5.0.0)" and deploy the app first.'),
    }),
    emptyHostStorage: () => ({
      title: l10n.t('AzureWebJobsStorage is empty'),
      sentence: l10n.t(
        'An empty value still counts as a connection string, so the host ignores the identity.',
      ),
      nextStep: l10n.t('Delete the setting AzureWebJobsStorage first.'),
    }),
    otherSignIn: ({ names }) => ({
      title: l10n.t('The app signs in as something else'),
      sentence: l10n.t(
        'Because of {0}, bindings would use that account instead of the system-assigned identity.',
        inShort(names),
      ),
      nextStep: l10n.t('Remove these settings first, or use a user-assigned identity.'),
    }),
    otherMembers: ({ names }) => ({
      title: l10n.t('There are other identity settings'),
      sentence: l10n.t('{0} would be used too, and differ from what Keyless would write.', inShort(names)),
      nextStep: l10n.t('Delete or correct them first.'),
    }),
    resource: ({ why }) => ({
      title: l10n.t("The resource isn't known"),
      sentence:
        why === 'notFound'
          ? l10n.t(
              "Among the subscriptions that you can see, nothing has the host name of this key's resource.",
            )
          : why === 'ambiguous'
            ? l10n.t('More than one resource may have this host name.')
            : l10n.t("Your resources couldn't be searched."),
      nextStep: l10n.t('Sign in with an account that can read the resource.'),
    }),
    lacks: ({ lack }) => describeLack(lack),
    platform: ({ why }) => describePlatform(why, app.name, finding),
    oldCosmos: ({ functions }) => ({
      title: l10n.t('The Cosmos DB extension is too old'),
      sentence: l10n.t(
        'Version 3, which {0} uses, accepts only keys. Version 4 also has other names for its members, such as "connection" and "containerName".',
        inShort(functions),
      ),
      nextStep: l10n.t('Move the app to version 4 of the extension first.'),
    }),
    bothForms: ({ names }) => ({
      title: l10n.t('The connection has two forms'),
      sentence: l10n.t(
        'The Redis extension refuses a connection with a key and {0}, so its functions fail already.',
        inShort(names),
      ),
      nextStep: l10n.t('Delete one of them first.'),
    }),
    otherPolicy: ({ policy }) => ({
      title: l10n.t('The identity has another access policy'),
      sentence: l10n.t(
        'A cache has one access policy for each identity, and this one has {0}, which is too little.',
        policy,
      ),
      nextStep: l10n.t('Assign Data Contributor to it instead in the Azure portal.'),
    }),
    otherKeys: ({ names }) => ({
      title: l10n.t('There is another key'),
      sentence: l10n.t(
        'Without this key, the extension would use {0}, and not the identity.',
        inShort(names),
      ),
      nextStep: l10n.t("Remove it first, if it isn't needed."),
    }),
    noConnection: () => ({
      title: l10n.t('Only the system-assigned identity fits'),
      sentence: l10n.t(
        "The bindings name no connection, so that there's no setting to name another identity in.",
      ),
      nextStep: l10n.t('Use the system-assigned identity, or name a connection in the bindings first.'),
    }),
    noPrincipal: () => ({
      title: l10n.t('The identity is off'),
      sentence: l10n.t(
        "The settings have to contain the principal ID of the identity, which doesn't exist yet.",
      ),
      nextStep: l10n.t('Enable the system-assigned identity of {0} first.', app.name),
    }),
    missingContainers: ({ names }) => ({
      title: l10n.t('Containers are missing'),
      sentence: l10n.t(
        "{0} doesn't exist. An identity can read and write data, but only a key lets the extension create containers.",
        inShort(names),
      ),
      nextStep: l10n.t(
        'Create it in the Azure portal first. A container for leases has the partition key /id.',
      ),
    }),
    incomplete: () => ({
      title: l10n.t("It isn't known what to write"),
      sentence: l10n.t("The resource or the identity lacks what the app's settings would have to name."),
      nextStep: l10n.t('Choose another identity, or check the resource in the Azure portal.'),
    }),
  };
}

/** What else to know before the credential is replaced. */
export function describeNote(note: Note, { app, finding }: ReplaceFacts): Omit<Description, 'nextStep'> {
  const setting = finding.name;
  switch (note) {
    case 'code':
      return {
        title: l10n.t('Code that reads the setting'),
        sentence: l10n.t(
          "If the app's own code reads {0}, it breaks without the setting. Keyless sees only the host and the bindings.",
          setting,
        ),
      };
    case 'listeners':
      return {
        title: l10n.t('Triggers that listen'),
        sentence: l10n.t(
          'Keyless sees whether a trigger starts, but not whether anything reaches it. One for Service Bus also starts without its role, and the host only logs errors. Watch the log stream of {0} afterward.',
          app.name,
        ),
      };
    case 'listsKeys':
      return {
        title: l10n.t('Storage Account Contributor can list keys'),
        sentence: l10n.t(
          'With a blob trigger, the host reads the properties of the account, and only this role allows that. It also lets the app list the keys of the account.',
        ),
      };
    case 'diagnosticEvents':
      return {
        title: l10n.t('Diagnostic events'),
        sentence: l10n.t(
          "The host can't save its diagnostic events without Storage Table Data Contributor. It only logs a warning.",
        ),
      };
    case 'scaleFromZero':
      return {
        title: l10n.t('Scaling from zero'),
        sentence: l10n.t(
          'Keyless sees that the running app works, but not that a trigger wakes {0} when it has no instance.',
          app.name,
        ),
      };
    case 'linuxConsumption':
      return {
        title: l10n.t('Deployment to Linux Consumption'),
        sentence: l10n.t(
          'Core Tools and remote builds upload the package to the account that {0} names, and fail without it. Deploy with an external package URL, or move to Flex Consumption.',
          setting,
        ),
      };
    case 'slots':
      return {
        title: l10n.t('Slots'),
        sentence: l10n.t(
          "{0} moves with a swap, and so do the settings that replace it. The other slot's identity needs the same roles.",
          setting,
        ),
      };
    case 'ownExtensions':
      return {
        title: l10n.t('Versions of extensions'),
        sentence: l10n.t(
          "The app brings its own extensions, whose versions Keyless can't see. Storage, Service Bus, and Event Hubs need version 5 or later, Cosmos DB version 4, Tables version 1.",
        ),
      };
    case 'durable':
      return {
        title: l10n.t('Durable Functions'),
        sentence: l10n.t(
          'The roles for queues and tables are needed unless host.json names another storage provider.',
        ),
      };
    case 'telemetry':
      return {
        title: l10n.t('Telemetry'),
        sentence: l10n.t(
          "The host of {0} runs on if its telemetry is refused. Check afterward that new logs arrive. Profiler, Snapshot Debugger, and telemetry of browsers can't use an identity. Until local authentication is turned off, anyone who has the connection string can send telemetry.",
          app.name,
        ),
      };
    case 'database':
    case 'sqlClient':
      return databaseNote(note, setting);
    case 'deployment':
      return {
        title: l10n.t('The next deployment'),
        sentence: l10n.t(
          'The app runs on with its package. Only the next deployment shows whether the identity can store and fetch one, so deploy {0} once while you can still undo this.',
          app.name,
        ),
      };
    case 'image':
      return {
        title: l10n.t('Image that the app already has'),
        sentence: l10n.t(
          'If the registry refuses the identity, App Service may start the image that it already has. Look for "Image pull failed" in the log stream of {0}. The admin user of the registry stays on, and so does the user name in the settings.',
          app.name,
        ),
      };
    case 'package':
      return {
        title: l10n.t('New packages'),
        sentence: l10n.t('After each new package at this URL, {0} must be restarted.', app.name),
      };
  }
}
