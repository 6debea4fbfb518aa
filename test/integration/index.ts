import { runMocha } from '../support/mocha';

/** Called by VS Code in its extension host (extensionTestsPath). */
export async function run(): Promise<void> {
  await runMocha({ folder: process.env.TEST_FOLDER ?? __dirname, timeout: 60_000 });
}
