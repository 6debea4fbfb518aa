import { isIPv4 } from 'node:net';
import type { Connection } from '../core/connection';
import { objectOf, stringOf } from '../core/json';
import type { FunctionApp } from '../core/model';
import { readApp } from './hosting/readApp';
import { isOnContainerApps } from './siteKind';

/** The network that an app's requests come from (Microsoft.Web, `Site`). */
export interface AppNetwork {
  /** All possible outbound IPv4 addresses, including those after scaling the plan; empty if the service returns none. */
  readonly outboundAddresses: readonly string[];
  /** ARM ID of the subnet the app is integrated with. */
  readonly subnetId?: string;
  /** Its Container Apps environment decides, which isn't read. */
  readonly ofEnvironment?: true;
  /** Whether all its traffic goes through that subnet, not only that to private addresses. */
  readonly routesAll: boolean;
}

/** A function app or slot with its network, read from the service itself. @throws AzureError */
export async function getAppWithNetwork(
  c: Connection,
  id: string,
  signal?: AbortSignal,
): Promise<{ readonly app: FunctionApp; readonly network: AppNetwork }> {
  const { app, json } = await readApp(c, id, signal);
  if (isOnContainerApps(app))
    return { app, network: { outboundAddresses: [], routesAll: false, ofEnvironment: true } };
  const properties = objectOf(json['properties']);
  const addresses = ['outboundIpAddresses', 'possibleOutboundIpAddresses'].flatMap((name) =>
    (stringOf(properties[name]) ?? '').split(',').map((address) => address.trim()),
  );
  const subnetId = stringOf(properties['virtualNetworkSubnetId']);
  return {
    app,
    network: {
      outboundAddresses: [...new Set(addresses)].filter((address) => isIPv4(address)),
      ...(subnetId === undefined ? {} : { subnetId }),
      // API version 2024-11-01 introduced the second name.
      routesAll:
        properties['vnetRouteAllEnabled'] === true ||
        objectOf(properties['outboundVnetRouting'])['allTraffic'] === true,
    },
  };
}
