/** The API versions that Keyless was written for, pinned so that an SDK's default can't change them. */
export const apiVersions = {
  subscriptions: '2022-12-01',
  resourceGraph: '2021-03-01',
  web: '2023-12-01',
  /** For `configreferences/…/refresh`, which no OpenAPI document describes: the version in Azure's documentation. */
  referencesRefresh: '2022-03-01',
  /** Earlier control-plane versions are retired on February 27, 2027. */
  vaults: '2026-02-01',
  authorization: '2022-04-01',
  managedIdentity: '2023-01-31',
  resources: '2024-07-01',
  storage: '2023-05-01',
  insightsComponents: '2020-02-02',
  workspaces: '2023-09-01',
} as const;
