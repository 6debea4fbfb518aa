import * as vscode from 'vscode';
import type { Timestamps } from './logLine';

/** What a person set for all log streams (`keyless.logs.*` of package.json). */
export interface LogSettings {
  /** Lines that a channel keeps at most. */
  readonly bufferLines: number;
  readonly timestamps: Timestamps;
  readonly resumeAfterReload: boolean;
}

export const logSection = 'keyless.logs';

/** The settings as they are now. */
export function readLogSettings(): LogSettings {
  const settings = vscode.workspace.getConfiguration(logSection);
  return {
    bufferLines: Math.max(100, Math.min(settings.get<number>('bufferLines', 20_000), 1_000_000)),
    timestamps: settings.get<string>('timestamps') === 'local' ? 'local' : 'utc',
    resumeAfterReload: settings.get<boolean>('resumeAfterReload', false),
  };
}
