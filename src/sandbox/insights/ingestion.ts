import { decide } from '../authorization/rbac';
import type { SandboxContext } from '../context';
import { managedIdentity } from '../web/host/connectionIdentity';
import { ConnectionError } from '../web/host/connections';
import { settingOf } from '../web/host/functions';
import type { Site } from '../world/world';

/**
 * Whether a component takes what the host of an app sends. With APPLICATIONINSIGHTS_AUTHENTICATION_STRING, the host sends a
 * token of the app's managed identity (azure-webjobs-sdk TokenCredentialOptions.cs), which needs the right to write
 * telemetry. Without it, the component takes anything unless its local authentication is off (Microsoft Learn). A host whose
 * telemetry is refused runs on.
 */
export function isTelemetryAccepted(
  { world, clock }: SandboxContext,
  site: Site,
  instrumentationKey: string,
): boolean {
  const component = [...world.otherResources.values()].find(
    ({ properties }) => String(properties['InstrumentationKey']).toLowerCase() === instrumentationKey,
  );
  if (component === undefined) return false;
  const authentication = settingOf(site, 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING');
  if (authentication === undefined) return component.properties['DisableLocalAuth'] !== true;
  const clientId = /(?:^|;)\s*ClientId=([^;]+)/i.exec(authentication)?.[1]?.trim();
  try {
    const principal = managedIdentity(site, clientId);
    const right = 'Microsoft.Insights/Telemetry/Write';
    return decide(world, clock.now(), [principal], right, 'dataAction', component.id).allowed;
  } catch (error) {
    if (error instanceof ConnectionError) return false;
    throw error;
  }
}
