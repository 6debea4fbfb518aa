/** Name of the stream's output channel. */
export const CHANNEL = 'bench';

/** Bytes of the extension host, before the first line and at its highest. */
export interface LogsProbeResult {
  baselineRss: number;
  peakRss: number;
}
