import type { Connection } from '../../azure/core/connection';
import type { IdentityWatch } from '../../azure/appService/identityChanges';
import { showError } from '../../ui/errors';
import type { Services } from '../services';

/**
 * Lets a command tell its result before the checks that nobody overwrote it. If one fails, shows that, and reads the app
 * again.
 * @param title the command's title
 */
export function checkLater(
  services: Pick<Services, 'log' | 'refresh'>,
  connection: Connection,
  appId: string,
  title: string,
): IdentityWatch {
  return {
    later: (check) => {
      check.catch((error: unknown) => {
        showError(services.log, title, error);
        services.refresh(connection, appId);
      });
    },
  };
}
