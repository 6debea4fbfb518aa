import type { Finding } from '../../access/credentials/findings';
import type { AppSettingInfo, SettingId } from '../../azure/core/model';
import type { Appearance } from '../appearance';
import type { OfApp } from './base';

/** The group of one kind of settings. */
export interface AppSettingsNode extends OfApp {
  readonly kind: 'appSettings' | 'connectionStrings';
}

/** An app setting or a connection string. */
export interface AppSettingNode extends OfApp {
  readonly kind: 'appSetting';
  readonly setting: AppSettingInfo;
}

/** The credentials that an app or slot holds. */
export interface KeysLeftNode extends OfApp {
  readonly kind: 'keysLeft';
}

export interface KeyLeftNode extends OfApp {
  readonly kind: 'keyLeft';
  readonly finding: Finding;
  /** Made along with the node, so that its words aren't loaded before. */
  readonly appearance: Appearance;
  /** The setting that holds it; absent for a publishing password. */
  readonly setting?: SettingId;
}
