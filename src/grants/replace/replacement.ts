import type { SettingsWrite } from '../../access/replace/settingsFor';
import type { WrittenSetting } from '../../access/replace/writes';
import type { UndoStep } from '../undoStep';
import type { OldValue } from './oldValue';

/**
 * Credentials of an app that its identity replaces in one write, and how to take that back. It contains names, IDs, and
 * addresses, and no secret value.
 */
export interface Replacement {
  readonly id: string;
  readonly appId: string;
  /** `SystemAssigned`, or the ARM ID of a user-assigned identity. */
  readonly identity: string;
  /** At least one. */
  readonly parts: readonly ReplacedSetting[];
  /** Names of the functions that worked before. */
  readonly functions: readonly string[];
  /** How to undo the identity and the roles that were added, in that order. */
  readonly steps: readonly UndoStep[];
  /** Epoch milliseconds when the last role that was added has taken effect. */
  readonly readyAt: number;
}

/** A setting that has a credential, what replaces it, and how it comes back. */
export interface ReplacedSetting extends WrittenSetting {
  /** ARM ID of what the credential opens; absent for a setting that nothing uses. */
  readonly resourceId?: string;
  /** Names that `write` sets and that get the mark of a slot setting. */
  readonly sticky: readonly string[];
  readonly oldValue: OldValue;
}

/** What replaces all credentials, in one write. */
export function wholeWrite(parts: readonly { readonly write: SettingsWrite }[]): SettingsWrite {
  return {
    remove: parts.flatMap(({ write }) => write.remove),
    set: Object.fromEntries(parts.flatMap(({ write }) => Object.entries(write.set))),
  };
}

/** The names of the settings that have the credentials. */
export function settingsOf({ parts }: Pick<Replacement, 'parts'>): string[] {
  return parts.map(({ setting }) => setting);
}
