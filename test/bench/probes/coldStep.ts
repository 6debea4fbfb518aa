import fs from 'node:fs';
import type { SandboxReady } from '../../support/sandbox';
import type { AzStep, Shown } from '../azSteps';
import { report } from '../probe';

/** VS Code calls this in its extension host. Reports the milliseconds from nothing to a step's result. */
export async function run(): Promise<void> {
  const { KEYLESS_TEST_SANDBOX = '', PROBE_SHOWN = '', PROBE_STEP } = process.env;
  const ready = JSON.parse(fs.readFileSync(KEYLESS_TEST_SANDBOX, 'utf8')) as SandboxReady;
  const shown = JSON.parse(fs.readFileSync(PROBE_SHOWN, 'utf8')) as Shown;
  const start = performance.now();
  const [{ azSteps }, { connectTo }] = await Promise.all([import('../azSteps'), import('../connection')]);
  const { check } = await azSteps[PROBE_STEP as AzStep](await connectTo(ready), shown);
  const took = performance.now() - start;
  await check;
  report(took);
}
