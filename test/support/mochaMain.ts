// Runs a mocha suite in a separate Node process:  node mochaMain.js <folder of compiled tests> <milliseconds a test> <part> <of so many>
import { runMocha } from './mocha';

const [folder, timeout, part = '0', parts = '1'] = process.argv.slice(2);
if (!folder || !timeout) throw new Error('usage: mochaMain.js <folder> <timeout> [<part> <parts>]');
runMocha({ folder, timeout: Number(timeout), part: Number(part), parts: Number(parts) }).catch(
  (error: unknown) => {
    console.error(error instanceof Error && /^\d+ failed$/.test(error.message) ? '' : error);
    process.exitCode = 1;
  },
);
