import fs from 'node:fs';
import path from 'node:path';
import { filesBelow } from '../filesBelow';

/** What tests plant as secret values, and tokens (JSON Web Tokens). */
const secrets = /planted-[0-9a-z]{4}-[a-z-]+|\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\./;

/** The files of VS Code's profile that hold a planted secret value or a token, which nothing may write to disk. */
export function secretsOnDisk(profile: string): string[] {
  if (!fs.existsSync(profile)) return [];
  return filesBelow(profile).flatMap((file) => {
    // Databases keep some texts in UTF-16.
    const text = fs.readFileSync(file).toString('latin1').replaceAll('\0', '');
    const [found] = secrets.exec(text) ?? [];
    return found === undefined
      ? []
      : [`A secret value is in ${path.relative(profile, file)}: ${found.slice(0, 40)}`];
  });
}
