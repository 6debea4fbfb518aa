import * as vscode from 'vscode';
import type { Timestamps } from './logLine';

const sources = ['auto', 'logStream', 'applicationInsights'] as const;
/** Where logs are read from; `auto`: what the app's plan has. */
export type LogSourceSetting = (typeof sources)[number];

/** What a person set for all log streams (`keyless.logs.*` of package.json). */
export interface LogSettings {
  /** Lines that a channel keeps at most. */
  readonly bufferLines: number;
  readonly timestamps: Timestamps;
  readonly resumeAfterReload: boolean;
  readonly source: LogSourceSetting;
}

export const logSection = 'keyless.logs';

/** The settings as they are now. */
export function readLogSettings(): LogSettings {
  const settings = vscode.workspace.getConfiguration(logSection);
  return {
    bufferLines: Math.max(100, Math.min(settings.get<number>('bufferLines', 20_000), 1_000_000)),
    timestamps: settings.get<string>('timestamps') === 'local' ? 'local' : 'utc',
    resumeAfterReload: settings.get<boolean>('resumeAfterReload', false),
    source: sources.find((source) => source === settings.get<string>('source')) ?? 'auto',
  };
}
