import type { ScmEntry } from '../../azure/appService/scm';
import type { OfApp } from './base';

/** An app's code folder. */
export interface FilesNode extends OfApp {
  readonly kind: 'files';
  /** Relative to the site's home, as in SiteFileNode. */
  readonly path: string;
}

export interface SiteFileNode extends OfApp {
  readonly kind: 'file' | 'folder';
  readonly path: string;
  readonly entry: ScmEntry;
  readonly readOnly: boolean;
}
