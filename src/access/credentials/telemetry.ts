import type { Values } from './bareKey';
import type { Finding } from './findings';
import { partsOf, Parts } from './parts';

/** Says that telemetry is sent with an identity (Functions app settings reference). */
export const telemetrySetting = 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING';

/**
 * The connection to Application Insights, unless the app's identity sends its telemetry already. Its connection string is no
 * credential, because it only lets telemetry in, but anyone who has it can send some. It isn't among the keys that an app
 * holds. The host needs it in any case, and an instrumentation key alone isn't enough for an identity (Microsoft Learn).
 */
export function telemetryIn(settings: Values): Finding | undefined {
  const find = (wanted: string) =>
    [...settings].find(([name]) => name.toLowerCase() === wanted.toLowerCase());
  const [name, value] = find('APPLICATIONINSIGHTS_CONNECTION_STRING') ?? [];
  const key = new Parts(partsOf(value ?? '')).value('InstrumentationKey');
  if (name === undefined || key === undefined || find(telemetrySetting) !== undefined) return undefined;
  return {
    kind: 'telemetry',
    source: 'appSetting',
    name,
    account: key,
    uses: [{ by: 'host' }],
    wayOut: {
      ...{ way: 'identity', because: 'telemetry', keeps: true },
      add: { [telemetrySetting]: 'Authorization=AAD' },
    },
  };
}
