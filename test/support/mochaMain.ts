// A mocha suite in a Node process of its own:  node mochaMain.js <folder of compiled tests> <milliseconds a test>
import { runMocha } from './mocha';

const [folder, timeout] = process.argv.slice(2);
if (!folder || !timeout) throw new Error('usage: mochaMain.js <folder> <timeout>');
runMocha({ folder, timeout: Number(timeout) }).catch((error: unknown) => {
  console.error(error instanceof Error && /^\d+ failed$/.test(error.message) ? '' : error);
  process.exitCode = 1;
});
