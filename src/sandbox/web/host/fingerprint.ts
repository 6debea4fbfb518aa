import fs from 'node:fs';
import path from 'node:path';

/**
 * Summarizes the files below `folder` in one text: the path, size and modification time of each. Leaves out
 * installed packages, because there are many and they change with package.json.
 */
export function fingerprint(folder: string): string {
  const parts: string[] = [];
  collect(folder, '', parts);
  return parts.join('\n');
}

function collect(root: string, relative: string, parts: string[]): void {
  let entries: fs.Dirent[];
  try {
    entries = fs.readdirSync(path.join(root, relative), { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries) {
    const name = path.join(relative, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules') collect(root, name, parts);
      continue;
    }
    const stat = fs.statSync(path.join(root, name), { throwIfNoEntry: false });
    if (stat !== undefined) parts.push(`${name} ${stat.size} ${stat.mtimeMs}`);
  }
}
