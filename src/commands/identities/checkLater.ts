import type { Connection } from '../../azure/core/connection';
import { AzureError } from '../../azure/core/errors';
import type { IdentityWatch } from '../../azure/appService/identityChanges';
import { reasonOf, showError } from '../../ui/errors';
import type { Services } from '../services';

/**
 * Lets a command tell its result before the checks that nobody overwrote it. If it was overwritten, says so and reads the
 * app again. A check that can't be made says nothing about the change, so it's only logged.
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
        if (!isOverwritten(error)) {
          services.log.warn(`${title}: ${reasonOf(error)}`);
          return;
        }
        showError(services.log, title, error);
        services.refresh(connection, appId);
      });
    },
  };
}

function isOverwritten(error: unknown): boolean {
  return error instanceof AzureError && (error.code === 'IdentityLost' || error.code === 'IdentityStays');
}
