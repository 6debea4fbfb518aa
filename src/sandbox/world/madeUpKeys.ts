import { randomBytes } from 'node:crypto';
import { newKey } from '../storage/data';

/**
 * Keys of services whose data planes the sandbox doesn't have, in the form of identifiable keys
 * (microsoft/security-utilities) and made anew in each run. Nothing accepts them.
 */
export function madeUpKey(kind: string): string {
  switch (kind) {
    case 'serviceBus':
      return `${letters(33)}+ASbA${letters(5)}=`;
    case 'appConfiguration':
      return `${letters(52)}JQQJ99${'A'.repeat(14)}AAAAAZAC${letters(4)}`;
    case 'signalR':
      return randomBytes(32).toString('base64');
    case 'cosmosDb':
      return newKey().replace('+ASt', 'ACDb');
    case 'registry':
      return [letters(42), '+ACR', 'A', letters(5)].join('');
    case 'password':
      return `${letters(20)}!9a`;
    default:
      throw new Error(`There is no kind of key '${kind}'.`);
  }
}

function letters(length: number): string {
  return randomBytes(length).toString('hex').slice(0, length);
}
