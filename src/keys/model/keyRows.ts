import type { WayOut } from '../../access/credentials/wayOut';

/** What a person can do about a key. What it does is known only to the extension. */
export type KeyAction =
  'replaceWithIdentity' | 'moveToKeyVault' | 'reveal' | 'rotateKey' | 'turnOffKeyAccess';

/** A key in words, without its value. */
export interface KeyRow {
  /** Unique in its app. */
  readonly id: string;
  /** Name of the setting, or how the app can be published. */
  readonly name: string;
  /** What it is, such as `storage account key`. */
  readonly kind: string;
  /** Name of what it opens; empty if nothing says that. */
  readonly opens: string;
  /** Equal for keys that open the same; empty if it's not known what they open. */
  readonly resource: string;
  readonly usedBy: string;
  readonly way: WayOut['way'];
  /** Why that is the way, and what to do. */
  readonly why: string;
  /** The date on which it ends. */
  readonly expires?: string;
  /** Equal for equal keys. */
  readonly fingerprint?: string;
  readonly actions: readonly KeyAction[];
  /** What can be done with all keys of what it opens. */
  readonly ofResource: readonly ('rotateKey' | 'turnOffKeyAccess')[];
}

/** The keys of an app or slot. */
export interface AppRows {
  /** ARM ID. */
  readonly id: string;
  readonly name: string;
  /** Resource group. */
  readonly place: string;
  readonly keys: readonly KeyRow[];
  /** Why its keys aren't known, or what of it couldn't be read. */
  readonly unread?: string;
}
