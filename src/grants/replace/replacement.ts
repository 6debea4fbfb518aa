import type { SettingsWrite } from '../../access/replace/settingsFor';
import type { UndoStep } from '../undoStep';
import type { OldValue } from './oldValue';

/**
 * A credential of an app that its identity replaces, and how to take that back. It contains names, IDs, and addresses, and no
 * secret value.
 */
export interface Replacement {
  readonly id: string;
  readonly appId: string;
  /** Name of the setting that has the credential. */
  readonly setting: string;
  /** ARM ID of what the credential opens; absent for a setting that nothing uses. */
  readonly resourceId?: string;
  /** `SystemAssigned`, or the ARM ID of a user-assigned identity. */
  readonly identity: string;
  readonly write: SettingsWrite;
  /** Names that `write` sets and that get the mark of a slot setting. */
  readonly sticky: readonly string[];
  /** Names of the functions that the app had before. */
  readonly functions: readonly string[];
  readonly oldValue: OldValue;
  /** How to undo the identity and the roles that were added, in that order. */
  readonly steps: readonly UndoStep[];
  /** Epoch milliseconds when the last role that was added has taken effect. */
  readonly readyAt: number;
}
