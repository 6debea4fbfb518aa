/** A built-in role. */
export interface Role {
  /** Of an access policy of a cache, its name. */
  readonly guid: string;
  readonly name: string;
  /** The service has it, and Azure RBAC doesn't know it. */
  readonly own?: true;
}

/** From Microsoft's list of built-in roles (azure-docs, role-based-access-control/built-in-roles.md). */
export const roles = {
  blobOwner: { guid: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b', name: 'Storage Blob Data Owner' },
  blobContributor: { guid: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe', name: 'Storage Blob Data Contributor' },
  blobReader: { guid: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1', name: 'Storage Blob Data Reader' },
  queueContributor: { guid: '974c5e8b-45b9-4653-ba55-5f855dd0fb88', name: 'Storage Queue Data Contributor' },
  tableContributor: { guid: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3', name: 'Storage Table Data Contributor' },
  tableReader: { guid: '76199698-9eea-4c19-bc75-cec21354c6b6', name: 'Storage Table Data Reader' },
  accountContributor: { guid: '17d1049b-9a84-46fb-8f53-869881c3d3ab', name: 'Storage Account Contributor' },
  busReceiver: { guid: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0', name: 'Azure Service Bus Data Receiver' },
  busSender: { guid: '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39', name: 'Azure Service Bus Data Sender' },
  hubReceiver: { guid: 'a638d3c7-ab3a-418d-83e6-5f17a39d4fde', name: 'Azure Event Hubs Data Receiver' },
  hubSender: { guid: '2b629674-e913-4c01-ae53-ef4638d8f975', name: 'Azure Event Hubs Data Sender' },
  signalROwner: { guid: '7e4f1700-ea5a-4f59-8f37-079cfe29dce3', name: 'SignalR Service Owner' },
  metricsPublisher: {
    ...{ guid: '3913510d-42f4-4e42-8a64-420c390055eb', name: 'Monitoring Metrics Publisher' },
  },
  // how-to-setup-rbac.md, "Built-in role definitions"
  cosmosReader: {
    ...{ guid: '00000000-0000-0000-0000-000000000001', name: 'Cosmos DB Built-in Data Reader' },
    own: true,
  },
  cosmosContributor: {
    ...{ guid: '00000000-0000-0000-0000-000000000002', name: 'Cosmos DB Built-in Data Contributor' },
    own: true,
  },
  // cache-azure-active-directory-for-authentication.md. Reading alone isn't enough for any trigger but that for channels.
  redisContributor: { guid: 'Data Contributor', name: 'Data Contributor', own: true },
  redisOwner: { guid: 'Data Owner', name: 'Data Owner', own: true },
  openAiUser: { guid: '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd', name: 'Cognitive Services OpenAI User' },
  searchReader: { guid: '1407120a-92aa-4202-b7e9-c0e197c71c8f', name: 'Search Index Data Reader' },
  searchContributor: { guid: '8ebe5a00-799e-43f5-93ac-243d3dce84a7', name: 'Search Index Data Contributor' },
  searchServiceContributor: {
    ...{ guid: '7ca78c08-252a-4471-8644-bb5ff32d4ba0', name: 'Search Service Contributor' },
  },
  acrPull: { guid: '7f951dda-4ed3-4680-a7ca-43fe172d538d', name: 'AcrPull' },
  repositoryReader: {
    ...{ guid: 'b93aa761-3e63-49ed-ac28-beffa264f7ac', name: 'Container Registry Repository Reader' },
  },
  webPubSubOwner: { guid: '12cf5a90-567b-43ae-8102-96cf46c7d9b4', name: 'Web PubSub Service Owner' },
} as const satisfies Record<string, Role>;

/** Roles that allow everything another one does, so that at the same scope or above, nothing else is needed. */
const stronger: ReadonlyMap<Role, readonly Role[]> = new Map<Role, readonly Role[]>([
  [roles.blobReader, [roles.blobContributor, roles.blobOwner]],
  [roles.blobContributor, [roles.blobOwner]],
  [roles.tableReader, [roles.tableContributor]],
  [roles.cosmosReader, [roles.cosmosContributor]],
  [roles.redisContributor, [roles.redisOwner]],
  [roles.searchReader, [roles.searchContributor]],
]);

/** The role itself, and those that allow everything it does. */
export function rolesThatAllow(role: Role): readonly Role[] {
  return [role, ...(stronger.get(role) ?? [])];
}
