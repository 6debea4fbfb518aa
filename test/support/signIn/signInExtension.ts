import fs from 'node:fs';
import path from 'node:path';
import { out } from '../paths';

/** Where {@link writeSignInExtension}'s extension logs what VS Code asks of it: folder and name of the log channel. */
export const signInLog = { extensionId: 'keyless-tests.sign-in', channel: 'Sign-In of the Tests' };

/**
 * Writes the folder of an extension that registers signInProvider.ts as VS Code's sign-in to sovereign clouds. It has to
 * run as a built-in one: only those may answer challenges, which is a proposed API.
 * @param folder an empty one, whose name is the extension's
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
  // VS Code tells extensions apart by the folder that a module lies in.
  for (const file of ['signIn/signInProvider.js', 'sandboxClient.js'])
    fs.copyFileSync(path.join(out, 'test/support', file), path.join(folder, file));
}
