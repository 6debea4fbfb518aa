import { randomBytes } from 'node:crypto';
import type { SandboxContext } from '../context';
import type { LogLevel } from '../web/host/hostJson';
import { isTelemetryAccepted } from './ingestion';
import { instanceIdOf } from '../web/host/environment';
import { settingOf } from '../web/host/functions';
import type { Site } from '../world/world';

/** A row of the tables `traces` and `exceptions`, with their shared columns and each one's own. */
export interface TelemetryItem extends Record<string, unknown> {
  /** ISO 8601 with seven decimals, so that sorting the text sorts by time. */
  timestamp: string;
  itemId: string;
  itemType: 'trace' | 'exception';
}

interface StoredItem {
  item: TelemetryItem;
  /** When queries start to find it, in epoch milliseconds. */
  visibleFrom: number;
}

/** What apps sent to Application Insights, by instrumentation key; only the newest items. */
export class Telemetry {
  readonly #items = new Map<string, StoredItem[]>();

  constructor(private readonly context: SandboxContext) {}

  /** Sends one entry of a host's log to where the app's settings say, if that takes it, or nowhere if they don't say. */
  send(site: Site, level: LogLevel, message: string, functionName: string | undefined): void {
    const key = instrumentationKeyOf(site);
    if (key === undefined || !isTelemetryAccepted(this.context, site, key)) return;
    const now = this.context.clock.now();
    const kept = this.#items.get(key) ?? [];
    this.#items.set(key, kept);
    kept.push({
      item: itemOf(site, now, level, message, functionName),
      visibleFrom: now + (this.context.settings.telemetryDelayMs ?? 1500),
    });
    if (kept.length > maxItems) kept.splice(0, maxItems / 2);
  }

  /** The items that queries find now. */
  items(instrumentationKey: string): TelemetryItem[] {
    const now = this.context.clock.now();
    return (this.#items.get(instrumentationKey.toLowerCase()) ?? [])
      .filter(({ visibleFrom }) => visibleFrom <= now)
      .map(({ item }) => item);
  }
}

const maxItems = 20_000;
const severities: Record<LogLevel, number> = {
  Trace: 0,
  Debug: 0,
  Information: 1,
  Warning: 2,
  Error: 3,
  Critical: 4,
  None: 4,
};

function instrumentationKeyOf(site: Site): string | undefined {
  const text = settingOf(site, 'APPLICATIONINSIGHTS_CONNECTION_STRING') ?? '';
  const key = /(?:^|;)\s*InstrumentationKey=([^;]+)/i.exec(text)?.[1];
  return (key ?? settingOf(site, 'APPINSIGHTS_INSTRUMENTATIONKEY'))?.trim().toLowerCase();
}

/** Shapes of ApplicationInsightsLogger.cs of the WebJobs SDK; a failure's stack goes to `exceptions`. */
function itemOf(
  site: Site,
  now: number,
  level: LogLevel,
  message: string,
  functionName: string | undefined,
): TelemetryItem {
  const failure = /^Result: Failure\nException: (.*?)\nStack: (.*)$/s.exec(message);
  return {
    timestamp: `${new Date(now).toISOString().slice(0, -1)}0000Z`,
    itemId: randomBytes(16).toString('hex'),
    itemCount: 1,
    severityLevel: severities[level],
    operation_Name: functionName ?? '',
    cloud_RoleName: settingOf(site, 'WEBSITE_CLOUD_ROLENAME') ?? site.name.replace('/', '-').toLowerCase(),
    cloud_RoleInstance: instanceIdOf(site),
    customDimensions: {
      Category: functionName === undefined ? 'Host.General' : `Function.${functionName}.User`,
      LogLevel: level,
    },
    ...(failure
      ? {
          itemType: 'exception' as const,
          type: 'Error',
          outerMessage: failure[1] ?? '',
          details: [{ type: 'Error', message: failure[1] ?? '', rawStack: failure[2] ?? '' }],
        }
      : { itemType: 'trace' as const, message }),
  };
}
