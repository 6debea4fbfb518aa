import type { AppTarget, FunctionTarget, SiteFileTarget } from '../../inventory/targets';
import type { LogTarget } from '../../logs/target';
import type { CommandTable } from '../command';

/** Commands for logs. Each loads on first use. */
export const logsCommands: CommandTable = {
  'keyless.startStreamingLogs': async (services, node?: AppTarget | FunctionTarget) =>
    (await import('./streamLogs')).startStreamingLogs(services, node),
  'keyless.stopStreamingLogs': async (services, node?: AppTarget | FunctionTarget) =>
    (await import('./streamLogs')).stopStreamingLogs(services, node),
  'keyless.showLogStreams': async (services) => (await import('./streamLogs')).showLogStreams(services),
  'keyless.stopAllLogStreams': async (services) => (await import('./logView')).stopAllLogStreams(services),
  'keyless.pauseLogStream': async (services, node?: LogTarget) =>
    (await import('./logView')).pauseLogStream(services, node),
  'keyless.resumeLogStream': async (services, node?: LogTarget) =>
    (await import('./logView')).resumeLogStream(services, node),
  'keyless.filterLogStream': async (services, node?: LogTarget) =>
    (await import('./logView')).filterLogStream(services, node),
  'keyless.clearLogStream': async (services, node?: LogTarget) =>
    (await import('./logView')).clearLogStream(services, node),
  'keyless.copyLog': async (services, node?: LogTarget) =>
    (await import('./logView')).copyLog(services, node),
  'keyless.saveLog': async (services, node?: LogTarget) =>
    (await import('./logView')).saveLog(services, node),
  'keyless.restartLogStream': async (services, node?: LogTarget) =>
    (await import('./logView')).restartLogStream(services, node),
  'keyless.turnOnLogging': async (services, node?: AppTarget | FunctionTarget) =>
    (await import('./logSilence')).turnOnLogging(services, node),
  'keyless.tailLogFile': async (services, node?: AppTarget | SiteFileTarget) =>
    (await import('./tailLogFile')).tailLogFile(services, node),
  'keyless.openLogFiles': async (services, node?: AppTarget | SiteFileTarget) =>
    (await import('./tailLogFile')).openLogFiles(services, node),
};
