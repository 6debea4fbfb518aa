import * as vscode from 'vscode';
import type { Timestamps } from './logLine';

const sources = ['auto', 'logStream', 'applicationInsights'] as const;
/** Where logs are read from. `auto` means whatever the app's plan supports. */
export type LogSourceSetting = (typeof sources)[number];

/** The user's settings for all log streams (`keyless.logs.*` in package.json). */
export interface LogSettings {
  /** The maximum number of lines that a channel keeps. */
  readonly bufferLines: number;
  readonly timestamps: Timestamps;
  readonly resumeAfterReload: boolean;
  readonly source: LogSourceSetting;
  /** Whether logs are shown in output channels, which VS Code also writes to disk. */
  readonly keepOnDisk: boolean;
}

export const logSection = 'keyless.logs';

/** The current settings. */
export function readLogSettings(): LogSettings {
  const settings = vscode.workspace.getConfiguration(logSection);
  return {
    bufferLines: Math.max(100, Math.min(settings.get<number>('bufferLines', 20_000), 1_000_000)),
    timestamps: settings.get<string>('timestamps') === 'local' ? 'local' : 'utc',
    resumeAfterReload: settings.get<boolean>('resumeAfterReload', false),
    source: sources.find((source) => source === settings.get<string>('source')) ?? 'auto',
    keepOnDisk: settings.get<boolean>('keepOnDisk', true),
  };
}
