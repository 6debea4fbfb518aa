import { parseArgs } from 'node:util';
import { parseScale, type Scale } from '../world/scale';

/** What the command line says. */
export interface Options {
  /** Written when the sandbox is ready; it then ends with the process that started it. */
  readyFile?: string;
  /** The same content, for the one sandbox of a user: it ends `lingerSeconds` after its last client. */
  recordFile?: string;
  lingerSeconds: number;
  worldFile?: string;
  scale?: Scale;
  latencyMs: number;
  /** Exchanges are written here. */
  trafficFile?: string;
}

export const usage = `usage: sandbox [--ready-file FILE | --record-file FILE [--linger SECONDS]]
               [--world FILE | --scale subscriptions=N,apps=N,vaults=N,secrets=N]
               [--latency MS] [--record FILE]`;

/** @param args without the names of program and script @throws Error for what is not understood */
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
    },
  });
  if (values['ready-file'] !== undefined && values['record-file'] !== undefined)
    throw new Error('--ready-file and --record-file exclude each other.');
  if (values.world !== undefined && values.scale !== undefined)
    throw new Error('--world and --scale exclude each other.');
  return {
    ...(values['ready-file'] !== undefined && { readyFile: values['ready-file'] }),
    ...(values['record-file'] !== undefined && { recordFile: values['record-file'] }),
    ...(values.world !== undefined && { worldFile: values.world }),
    ...(values.scale !== undefined && { scale: parseScale(values.scale) }),
    ...(values.record !== undefined && { trafficFile: values.record }),
    lingerSeconds: numberOf('--linger', values.linger),
    latencyMs: numberOf('--latency', values.latency),
  };
}

function numberOf(name: string, text: string): number {
  if (!/^\d{1,7}(\.\d{1,3})?$/.test(text)) throw new Error(`${name} takes a number, not '${text}'.`);
  return Number(text);
}
