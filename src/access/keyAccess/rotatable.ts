import type { Finding } from '../credentials/findings';
import { openedBy } from '../credentials/opened';

/** Whether a credential is the key, or was signed with a key, of a resource that makes new keys on request, and whose name is known. */
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
