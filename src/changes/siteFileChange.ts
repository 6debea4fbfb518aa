import * as l10n from '@vscode/l10n';

/**
 * One change to the files of an app's site, without any file content. Paths are relative to the site's home, such as
 * `site/wwwroot/host.json`.
 */
export type SiteFileChange = {
  /** ARM ID of the app or slot. */
  readonly appId: string;
  /** Host of the SCM site, with the port if it has one. */
  readonly scmHost: string;
  /** Audience of the tokens that the SCM site accepts, such as `https://appservice.azure.com`. */
  readonly audience: string;
  readonly path: string;
} & SiteFileAct;

export type SiteFileAct =
  | { readonly kind: 'writeSiteFile' | 'createSiteFolder' | 'deleteSiteFile' | 'deleteSiteFolder' }
  | { readonly kind: 'moveSiteFile'; readonly to: string }
  | {
      readonly kind: 'moveSiteFolder';
      readonly to: string;
      /** Its contents, as paths relative to it; a folder ends with a slash and comes before its contents. */
      readonly entries: readonly string[];
      /** Those that are still in the old place too, because they changed in between; '' for the folder itself. */
      readonly kept?: readonly string[];
    };

/** Describes a completed change in a sentence. @param app name of the app */
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
      return l10n.t('Deleted the folder {0} of {1} and everything in it.', path, app);
    case 'moveSiteFile':
      return l10n.t('Moved the file {0} of {1} to {2}.', path, app, change.to);
    case 'moveSiteFolder':
      return l10n.t('Moved the folder {0} of {1} to {2}.', path, app, change.to);
  }
}

/** Splits a change into changes of single files and folders: Kudu can't move anything (VfsController.cs). */
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
        ...deletions(change.entries, change.kept ?? []).map((entry): SiteFileStep =>
          /^$|\/$/.test(entry)
            ? { kind: 'deleteEmptyFolder', path: `${path}/${entry}`.replace(/\/$/, '') }
            : { kind: 'delete', path: `${path}/${entry}` },
        ),
      ];
  }
}

/** What to delete of a moved folder, one by one, so that nothing is deleted that wasn't copied. The folder itself is ''. */
function deletions(entries: readonly string[], kept: readonly string[]): string[] {
  return ['', ...entries]
    .filter((entry) => !kept.includes(entry))
    .filter((entry) => !/^$|\/$/.test(entry) || !kept.some((one) => one.startsWith(entry)))
    .reverse();
}

export type SiteFileStep =
  | {
      readonly kind: 'write' | 'createFolder' | 'delete' | 'deleteFolder' | 'deleteEmptyFolder';
      readonly path: string;
    }
  | { readonly kind: 'copy'; readonly path: string; readonly to: string };

/** The Kudu URL of a path; a folder's ends with a slash. */
export function vfsUrl({ scmHost }: Pick<SiteFileChange, 'scmHost'>, path: string): string {
  return `https://${scmHost}/api/vfs/${path.split('/').map(encodeURIComponent).join('/')}`;
}
