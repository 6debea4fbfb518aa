export const settings = {
  bufferLines: 1000,
  timestamps: 'utc',
  resumeAfterReload: false,
  source: 'auto',
  keepOnDisk: true,
} as const;
