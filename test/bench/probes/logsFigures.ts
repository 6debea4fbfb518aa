/** What the stream is of, and the output channel that LogChannel makes for it. */
export const STREAM = 'bench';
export const CHANNEL = 'bench (log stream)';

/** Bytes of the extension host: before the first line, and at its highest while many and while few lines come. */
export interface LogsProbeResult {
  baselineRss: number;
  busyRss: number;
  slowRss: number;
}
