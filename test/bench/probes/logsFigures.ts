/** The stream's name, and the name of the output channel that LogChannel creates for it. */
export const STREAM = 'bench';
export const CHANNEL = 'bench (log stream)';

/** Memory of the extension host in bytes: before the first line, and the peak while many and while few lines arrive. */
export interface LogsProbeResult {
  baselineRss: number;
  busyRss: number;
  slowRss: number;
}
