import { writeExtension } from '../probe';

/** Milliseconds of load code + call activate, and the bytes of Keyless's own files that are loaded after it. */
export interface ActivationFigures {
  keyless: number;
  empty: number;
  ownBytes: number;
  ownFiles: number;
}

export const EMPTY_ID = 'keyless-bench.empty';

/** It has the API, as every extension does, and does nothing with it. */
export function emptyExtension(folder: string): string {
  return writeExtension(folder, 'empty', "require('vscode');\nexports.activate = () => {};\n");
}
