import fs from 'node:fs';
import path from 'node:path';
import { out } from '../paths';

/** The folder and name of the log channel where {@link writeSignInExtension}'s extension logs VS Code's calls. */
export const signInLog = { extensionId: 'keyless-tests.sign-in', channel: 'Sign-In of the Tests' };

/**
 * Writes an extension that registers signInProvider.ts as VS Code's sign-in to sovereign clouds. It has to run as a
 * built-in extension, because only those can answer challenges, which is a proposed API.
 * @param folder an empty folder with the extension's name
 */
export function writeSignInExtension(folder: string): void {
  const manifest = {
    publisher: 'keyless-tests',
    name: 'sign-in',
    version: '1.0.0',
    engines: { vscode: '^1.105.0' },
    extensionKind: ['workspace'],
    main: './signIn/signInProvider.js',
    activationEvents: [],
    enabledApiProposals: ['authenticationChallenges'],
    contributes: { authentication: [{ id: 'microsoft-sovereign-cloud', label: 'Sandbox' }] },
  };
  fs.mkdirSync(path.join(folder, 'signIn'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  // VS Code identifies an extension by the folder that a module is in.
  for (const file of ['signIn/signInProvider.js', 'sandboxClient.js'])
    fs.copyFileSync(path.join(out, 'test/support', file), path.join(folder, file));
}
