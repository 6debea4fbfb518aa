import type { AppTarget, SiteFileTarget } from '../../inventory/targets';
import type { FileNode } from './manageSiteFiles';
import type { CommandTable } from '../command';

/** Commands for the files of an app's site. Each loads on first use. */
export const filesCommands: CommandTable = {
  'keyless.openSiteFile': async (services, node?: FileNode) =>
    (await import('./manageSiteFiles')).openSiteFile(services, node),
  'keyless.newSiteFile': async (services, node?: FileNode) =>
    (await import('./manageSiteFiles')).newSiteFile(services, node),
  'keyless.newSiteFolder': async (services, node?: FileNode) =>
    (await import('./manageSiteFiles')).newSiteFolder(services, node),
  'keyless.renameSiteFile': async (services, node?: SiteFileTarget) =>
    (await import('./manageSiteFiles')).renameSiteFile(services, node),
  'keyless.deleteSiteFiles': async (services, node?: SiteFileTarget, nodes?: readonly SiteFileTarget[]) =>
    (await import('./manageSiteFiles')).deleteSiteFiles(services, node, nodes),
  'keyless.uploadFiles': async (services, node?: FileNode) =>
    (await import('./siteFileTransfer')).uploadFiles(services, node),
  'keyless.downloadFiles': async (services, node?: SiteFileTarget, nodes?: readonly SiteFileTarget[]) =>
    (await import('./siteFileTransfer')).downloadFiles(services, node, nodes),
  'keyless.openFilesInExplorer': async (services, node?: AppTarget) =>
    (await import('./manageSiteFiles')).openFilesInExplorer(services, node),
  'keyless.openKudu': async (services, node?: AppTarget) =>
    (await import('./manageSiteFiles')).openKudu(services, node),
};
