import type { RememberedStream } from '../../logs/rememberedStreams';
import type { Services } from '../services';

/** Restarts the streams that ran before the window was reloaded. Those that can't be restarted are noted in the log. */
export async function resumeLogStreams(
  services: Pick<Services, 'inventory' | 'log' | 'logStreams'>,
  streams: readonly RememberedStream[],
): Promise<void> {
  // No one asked for this now, so a failure isn't shown as a message.
  const connections = await services.inventory.connections().catch(() => []);
  const { getFunctionApp } = await import('../../azure/appService/sites');
  for (const { accountId, tenantId, appId, fn, path } of streams) {
    const connection = connections.find((c) => c.accountId === accountId && c.tenantId === tenantId);
    if (!connection) continue;
    try {
      const app = await getFunctionApp(connection, appId);
      const target = { connection, app };
      const info = fn && { id: `${app.id}/functions/${fn}`, name: fn, disabled: false };
      const file = path && { path, readOnly: true };
      await services.logStreams.start({ ...target, ...(info && { fn: info }), ...file }, { reveal: false });
    } catch (error) {
      services.log.warn(`Log stream not resumed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
