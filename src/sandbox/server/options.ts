import { parseArgs } from 'node:util';
import { parseScale, type Scale } from '../world/scale';

/** The command line options. */
export interface Options {
  /** Written when the sandbox is ready; the sandbox then ends with the process that started it. */
  readyFile?: string;
  /** Same content, for a user's single shared sandbox, which ends `lingerSeconds` after its last client. */
  recordFile?: string;
  lingerSeconds: number;
  worldFile?: string;
  scale?: Scale;
  latencyMs: number;
  /** A JSON file that names the servers which store the data of storage accounts ({@link StorageServers}). */
  storageFile?: string;
  /** The file that requests and responses are recorded to. */
  trafficFile?: string;
}

export const usage = `usage: sandbox [--ready-file FILE | --record-file FILE [--linger SECONDS]]
               [--world FILE | --scale subscriptions=N,apps=N,vaults=N,secrets=N]
               [--latency MS] [--record FILE] [--storage FILE]`;

/** @param args without the names of program and script @throws Error for invalid arguments */
export function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      'ready-file': { type: 'string' },
      'record-file': { type: 'string' },
      linger: { type: 'string', default: '60' },
      world: { type: 'string' },
      scale: { type: 'string' },
      latency: { type: 'string', default: '0' },
      record: { type: 'string' },
      storage: { type: 'string' },
    },
  });
  if (values['ready-file'] !== undefined && values['record-file'] !== undefined)
    throw new Error("--ready-file and --record-file can't be used together.");
  if (values.world !== undefined && values.scale !== undefined)
    throw new Error("--world and --scale can't be used together.");
  return {
    ...(values['ready-file'] !== undefined && { readyFile: values['ready-file'] }),
    ...(values['record-file'] !== undefined && { recordFile: values['record-file'] }),
    ...(values.world !== undefined && { worldFile: values.world }),
    ...(values.scale !== undefined && { scale: parseScale(values.scale) }),
    ...(values.record !== undefined && { trafficFile: values.record }),
    ...(values.storage !== undefined && { storageFile: values.storage }),
    lingerSeconds: numberOf('--linger', values.linger),
    latencyMs: numberOf('--latency', values.latency),
  };
}

function numberOf(name: string, text: string): number {
  if (!/^\d{1,7}(\.\d{1,3})?$/.test(text)) throw new Error(`${name} takes a number, not '${text}'.`);
  return Number(text);
}
