import { writeExtension } from '../probe';

/** Milliseconds for loading the code and calling activate, and how much of Keyless's own code is loaded afterward. */
export interface ActivationFigures {
  keyless: number;
  empty: number;
  ownBytes: number;
  ownFiles: number;
}

export const EMPTY_ID = 'keyless-bench.empty';

/** Writes an extension that loads the API, like every extension, but does nothing. */
export function emptyExtension(folder: string): string {
  return writeExtension(folder, 'empty', "require('vscode');\nexports.activate = () => {};\n");
}
