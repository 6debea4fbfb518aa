/** What a Cosmos DB account has, except for keys and data. */
export interface CosmosData {
  /** Names of containers by database. */
  databases: Map<string, Set<string>>;
  /** By GUID, in lowercase. */
  roleAssignments: Map<string, { roleDefinitionId: string; principalId: string; scope: string }>;
}
