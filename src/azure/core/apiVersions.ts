/** The api-versions that Keyless was written for, pinned whatever an SDK's default is. */
export const apiVersions = {
  subscriptions: '2022-12-01',
  resourceGraph: '2021-03-01',
  web: '2023-12-01',
  /** Of `configreferences/…/refresh`, which no OpenAPI document has: the version that Azure's documentation uses. */
  referencesRefresh: '2022-03-01',
  /** Control-plane versions before this one retire on 27 February 2027. */
  vaults: '2026-02-01',
  authorization: '2022-04-01',
  managedIdentity: '2023-01-31',
  resources: '2024-07-01',
  storage: '2023-05-01',
  insightsComponents: '2020-02-02',
  workspaces: '2023-09-01',
} as const;
