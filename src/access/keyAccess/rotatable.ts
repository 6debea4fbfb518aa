import type { Finding } from '../credentials/findings';
import { openedBy } from '../credentials/opened';

/** Whether *Rotate Key* can look for the resource that a credential opens, and for its keys. */
export function isRotatable({
  kind,
  ...opener
}: Pick<Finding, 'account' | 'host'> & { kind: string }): boolean {
  const types = openedBy(opener)?.types ?? [];
  return (
    /^(?:storage|namespace|cosmos|appConfiguration|signalR|webPubSub|eventGrid|ai|search|redis)(?:Key|Sas)$/.test(
      kind,
    ) && types.some((type) => !type.endsWith('/mongoclusters'))
  );
}
