import fs from 'node:fs';
import path from 'node:path';

/** The paths of all files in a folder and its subfolders, without links. */
export function filesBelow(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
