import * as l10n from '@vscode/l10n';
import type { Operation, OperationId, Wanted } from './operation';

interface OperationWords {
  /** What the app does, as an action in a list and in a sentence: `Read blobs`. */
  readonly title: string;
  /** What exactly that allows, in a sentence. */
  readonly allows: string;
}

/** What an operation is called, and what its role allows. */
export function operationWords({ id }: Operation): OperationWords {
  return texts[id]();
}

/** What an app wants to do, in a few words. */
export function wantedWords(wanted: Wanted): string {
  return wanted.kind === 'operation'
    ? operationWords(wanted.operation).title
    : l10n.t('Use the role {0}', wanted.role.name);
}

const texts: Readonly<Record<OperationId, () => OperationWords>> = {
  readBlobs: () => ({
    title: l10n.t('Read blobs'),
    allows: l10n.t('List and read blobs, and nothing else.'),
  }),
  writeBlobs: () => ({
    title: l10n.t('Read, write, and delete blobs'),
    allows: l10n.t('Also create and delete containers.'),
  }),
  ownBlobs: () => ({
    title: l10n.t('Do everything with blobs'),
    allows: l10n.t('Also change POSIX permissions. The Functions host and blob triggers need this role.'),
  }),
  peekQueue: () => ({
    title: l10n.t('Look at messages in a queue'),
    allows: l10n.t('Read messages without taking them out of the queue.'),
  }),
  sendToQueue: () => ({
    title: l10n.t('Send messages to a queue'),
    allows: l10n.t('Add messages to queues that exist.'),
  }),
  receiveFromQueue: () => ({
    title: l10n.t('Receive messages from a queue'),
    allows: l10n.t('Read messages and take them out of the queue.'),
  }),
  manageQueue: () => ({
    title: l10n.t('Do everything with messages in queues'),
    allows: l10n.t('Also create and delete queues. Queue triggers need this role for their poison queue.'),
  }),
  readTable: () => ({
    title: l10n.t('Read tables'),
    allows: l10n.t('List and read entities, and nothing else.'),
  }),
  writeTable: () => ({
    title: l10n.t('Read, write, and delete in tables'),
    allows: l10n.t('Also create and delete tables.'),
  }),
  readFiles: () => ({
    title: l10n.t('Read files of file shares'),
    allows: l10n.t(
      "Read all files over REST, regardless of their own permissions. The role doesn't apply to shares that are mounted over SMB.",
    ),
  }),
  writeFiles: () => ({
    title: l10n.t('Read, write, and delete files of file shares'),
    allows: l10n.t(
      "Read, change, and delete all files over REST, regardless of their own permissions. The role doesn't apply to shares that are mounted over SMB.",
    ),
  }),
  receiveMessages: () => ({
    title: l10n.t('Receive messages'),
    allows: l10n.t('Receive messages from queues and subscriptions, as triggers do.'),
  }),
  sendMessages: () => ({
    title: l10n.t('Send messages'),
    allows: l10n.t('Send messages to queues and topics.'),
  }),
  receiveEvents: () => ({
    title: l10n.t('Receive events'),
    allows: l10n.t('Receive events from event hubs, as triggers do.'),
  }),
  sendEvents: () => ({
    title: l10n.t('Send events'),
    allows: l10n.t('Send events to event hubs.'),
  }),
  publishEvents: () => ({
    title: l10n.t('Publish events'),
    allows: l10n.t('Send events to the topic.'),
  }),
  readConfiguration: () => ({
    title: l10n.t('Read configuration'),
    allows: l10n.t('Read keys, values, and snapshots.'),
  }),
  writeConfiguration: () => ({
    title: l10n.t('Read and change configuration'),
    allows: l10n.t('Read, write, and delete keys and values.'),
  }),
  useModels: () => ({
    title: l10n.t('Call OpenAI models'),
    allows: l10n.t('Call deployed models. Deploying models and listing keys need other roles.'),
  }),
  useAiServices: () => ({
    title: l10n.t('Call all AI services'),
    allows: l10n.t("Call every service of the account. The role can also list the account's keys."),
  }),
  readIndex: () => ({
    title: l10n.t('Search'),
    allows: l10n.t('Read documents of all indexes.'),
  }),
  writeIndex: () => ({
    title: l10n.t('Search and change documents'),
    allows: l10n.t("Read, upload, and delete documents of all indexes. Indexes themselves can't be created."),
  }),
  useSignalR: () => ({
    title: l10n.t('Send messages to clients'),
    allows: l10n.t('Do everything with connections, groups, and messages, as bindings need.'),
  }),
  useWebPubSub: () => ({
    title: l10n.t('Send messages to clients'),
    allows: l10n.t('Do everything with connections, groups, and messages, as bindings need.'),
  }),
  readItems: () => ({
    title: l10n.t('Read items'),
    allows: l10n.t('Read and query items, and follow changes.'),
  }),
  writeItems: () => ({
    title: l10n.t('Read and change items'),
    allows: l10n.t("Create, change, and delete items. Databases and containers can't be created."),
  }),
  readRows: () => ({
    title: l10n.t('Read data'),
    allows: l10n.t('Read all tables and views, but run no procedures.'),
  }),
  writeRows: () => ({
    title: l10n.t('Read and change data'),
    allows: l10n.t('Read, add, change, and delete rows in all tables and views, but run no procedures.'),
  }),
  ownDatabase: () => ({
    title: l10n.t('Do everything in the database'),
    allows: l10n.t('Also run procedures, change tables, and give others access.'),
  }),
  viewResources: () => ({
    title: l10n.t('View resources'),
    allows: l10n.t('View all resources and their settings, but no keys and no data.'),
  }),
  manageResources: () => ({
    title: l10n.t('Manage resources'),
    allows: l10n.t('Create, change, and delete all resources, and list their keys, but not give access.'),
  }),
};
