/** What a storage account stores. */
export interface StorageData {
  /** key1 and key2. */
  keys: [string, string];
  /** By name. */
  containers: Map<string, BlobContainer>;
  /** Names of file shares, whose files the sandbox doesn't have. */
  shares?: Set<string>;
  /** How many requests there were in each minute, by how they were authenticated. */
  transactions?: { at: number; authentication: 'AccountKey' | 'OAuth'; count: number }[];
}

export interface BlobContainer {
  /** Epoch milliseconds. */
  lastModified: number;
  /** By name, which is case-sensitive. */
  blobs: Map<string, StoredBlob>;
}

export interface StoredBlob {
  content: Buffer;
  contentType: string;
  metadata: Record<string, string>;
  /** Epoch milliseconds. */
  created: number;
  lastModified: number;
}
