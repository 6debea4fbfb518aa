import fs from 'node:fs';
import path from 'node:path';
import type { Connection } from '../../../src/azure/core/connection';
import { cleanUp } from './cleanup';
import { Recorder } from './recorder';
import { writeRecordings, type Origin } from './recording';
import { Redactor } from './redaction';
import { markdownOf, Report, tableOf, type Row } from './report';
import { appKinds, groupNameOf, nameOf, Run, storageNameOf, type Scenario } from './run';
import type { Recording } from './targets';

export interface ConformOptions {
  readonly connect: (recording: Recording) => Promise<Connection>;
  readonly subscriptionId: string;
  readonly location: string;
  readonly streamSeconds: number;
  /** 8 hexadecimal digits. */
  readonly runId: string;
  readonly scenarios: readonly Scenario[];
  /** For the report and the recordings. */
  readonly folder: string;
  readonly origin: Origin;
  /** Ends the scenarios, and then everything is still deleted. */
  readonly signal: AbortSignal;
  /** Ends the deletion, too. */
  readonly cleanupSignal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface Outcome {
  readonly rows: readonly Row[];
  /** Whether everything that the run created is gone. */
  readonly clean: boolean;
  /** Whether the run was ended before its last scenario. */
  readonly interrupted: boolean;
  /** How many exchanges the recordings have. */
  readonly exchanges: number;
}

/** Runs scenarios, deletes what they created in any case, and writes the report and the recordings. */
export async function conform(options: ConformOptions): Promise<Outcome> {
  const { subscriptionId, runId, signal, cleanupSignal, say, folder } = options;
  const recorder = new Recorder();
  const groupName = groupNameOf(runId);
  const names = appKinds.flatMap((kind) => [nameOf(runId, kind), storageNameOf(runId, kind)]);
  const redactor = new Redactor({ subscriptionId, groupName }, [groupName, ...names]);
  const learnSecret = (value: string) => {
    redactor.learn(value);
  };
  const report = new Report(say);
  const connection = await options.connect({ recorder, learnSecret });
  const run = new Run({ connection, ...options }, runId, signal, report, learnSecret);
  let clean = false;
  try {
    for (const scenario of options.scenarios) {
      say(`\n${scenario.name}`);
      recorder.scenario = scenario.name;
      await run.perform(scenario);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    say('\nInterrupted. What was created is deleted now.');
  } finally {
    say('\nclean up');
    recorder.scenario = 'clean up';
    const ended = { c: connection, subscriptionId, runId, signal: cleanupSignal };
    clean = await cleanUp(ended, report).catch(() => false);
  }
  fs.writeFileSync(
    path.join(folder, 'report.md'),
    markdownOf(report.rows, `Conformance run ${runId}, ${options.origin.repo}`),
  );
  fs.writeFileSync(path.join(folder, 'report.json'), JSON.stringify(report.rows, undefined, 2));
  const exchanges = writeRecordings(path.join(folder, 'recordings'), recorder, redactor, options.origin);
  say(`\n${tableOf(report.rows)}`);
  return { rows: report.rows, clean, interrupted: signal.aborted, exchanges };
}
