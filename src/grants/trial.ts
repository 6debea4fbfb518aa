import { randomUUID } from 'node:crypto';

const prefix = 'KEYLESS_TRIAL_';

/** The name of a setting in which a reference is tried before a value is replaced by it. */
export function trialName(): string {
  return prefix + randomUUID().slice(0, 8).toUpperCase();
}

export function isTrial(settingName: string): boolean {
  return settingName.toUpperCase().startsWith(prefix);
}
