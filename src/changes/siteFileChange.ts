import * as l10n from '@vscode/l10n';

/**
 * One change of the files of an app's site. Nothing of what is in a file is in it. Paths are below the site's home, e.g.
 * `site/wwwroot/host.json`.
 */
export type SiteFileChange = {
  /** ARM ID, of a slot where the site is one's. */
  readonly appId: string;
  /** Host, with the port where it has one, of the SCM site. */
  readonly scmHost: string;
  /** Resource whose tokens the SCM site takes, e.g. `https://appservice.azure.com`. */
  readonly audience: string;
  readonly path: string;
} & SiteFileAct;

export type SiteFileAct =
  | { readonly kind: 'writeSiteFile' | 'createSiteFolder' | 'deleteSiteFile' | 'deleteSiteFolder' }
  | { readonly kind: 'moveSiteFile'; readonly to: string }
  | {
      readonly kind: 'moveSiteFolder';
      readonly to: string;
      /** What is in it, by paths below it; each folder, with a slash at its end, before what is in it. */
      readonly entries: readonly string[];
    };

/** What was done, as a sentence. @param app name of the app */
export function describeSiteFileChange(change: SiteFileChange, app: string): string {
  const { path } = change;
  switch (change.kind) {
    case 'writeSiteFile':
      return l10n.t('Wrote the file {0} of {1}.', path, app);
    case 'createSiteFolder':
      return l10n.t('Created the folder {0} of {1}.', path, app);
    case 'deleteSiteFile':
      return l10n.t('Deleted the file {0} of {1}.', path, app);
    case 'deleteSiteFolder':
      return l10n.t('Deleted the folder {0} of {1} with all that was in it.', path, app);
    case 'moveSiteFile':
      return l10n.t('Moved the file {0} of {1} to {2}.', path, app, change.to);
    case 'moveSiteFolder':
      return l10n.t('Moved the folder {0} of {1} to {2}.', path, app, change.to);
  }
}

/** A change as the changes of single files and folders: Kudu's file system can move nothing (VfsController.cs). */
export function singleSteps(change: SiteFileChange): readonly SiteFileStep[] {
  const { path } = change;
  switch (change.kind) {
    case 'writeSiteFile':
      return [{ kind: 'write', path }];
    case 'createSiteFolder':
      return [{ kind: 'createFolder', path }];
    case 'deleteSiteFile':
      return [{ kind: 'delete', path }];
    case 'deleteSiteFolder':
      return [{ kind: 'deleteFolder', path }];
    case 'moveSiteFile':
      return [
        { kind: 'copy', path, to: change.to },
        { kind: 'delete', path },
      ];
    case 'moveSiteFolder':
      return [
        { kind: 'createFolder', path: change.to },
        ...change.entries.map((entry): SiteFileStep =>
          entry.endsWith('/')
            ? { kind: 'createFolder', path: `${change.to}/${entry.slice(0, -1)}` }
            : { kind: 'copy', path: `${path}/${entry}`, to: `${change.to}/${entry}` },
        ),
        { kind: 'deleteFolder', path },
      ];
  }
}

export type SiteFileStep =
  | { readonly kind: 'write' | 'createFolder' | 'delete' | 'deleteFolder'; readonly path: string }
  | { readonly kind: 'copy'; readonly path: string; readonly to: string };

/** Where Kudu has a path; a folder's ends in a slash. */
export function vfsUrl({ scmHost }: Pick<SiteFileChange, 'scmHost'>, path: string): string {
  return `https://${scmHost}/api/vfs/${path.split('/').map(encodeURIComponent).join('/')}`;
}
