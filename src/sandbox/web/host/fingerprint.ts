import fs from 'node:fs';
import path from 'node:path';

/**
 * Says in one text what the files below `folder` are: path, size and time of change of each. Installed packages are
 * left out, since they are many and change with package.json.
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
