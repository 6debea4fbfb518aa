import fs from 'node:fs';
import path from 'node:path';
import { filesBelow } from '../filesBelow';
import { errorsInHostLog } from '../results';
import { extensionHostLog } from './hostLogs';

/** What tests plant as secret values, and tokens (JSON Web Tokens). */
const secrets = /planted-[0-9a-z]{4}-[a-z-]+|\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\./;

/** What is wrong with what a window left in its profile: logged errors, and secrets. @param data the user data folder */
export function profileProblems(data: string): string[] {
  return [...errorsInHostLog(extensionHostLog(data)), ...secretsOnDisk(data)];
}

/** The files of VS Code's profile that hold a planted secret value or a token, which nothing may write to disk. */
function secretsOnDisk(profile: string): string[] {
  if (!fs.existsSync(profile)) return [];
  return filesBelow(profile).flatMap((file) => secretsIn(path.relative(profile, file), textOf(file)));
}

/** A process that is ending may still delete its lock. */
function textOf(file: string): string {
  try {
    return fs.readFileSync(file, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** @param where what the text is from, for the problem */
export function secretsIn(where: string, text: string): string[] {
  // Databases keep some texts in UTF-16.
  const [found] = secrets.exec(text.replaceAll('\0', '')) ?? [];
  return found === undefined ? [] : [`A secret value is in ${where}: ${found.slice(0, 40)}`];
}
