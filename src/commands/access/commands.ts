import type { ReadQuestion } from '../../grants/readFacts';
import type { ReadNode } from './readQuestion';
import type { Services } from '../services';

type Run = (services: Services, node?: never, nodes?: never) => Promise<unknown>;

/** The commands of this folder on who may read what, and why not. Each loads with its first use. */
export const grantCommands: Readonly<Record<string, Run>> = {
  'keyless.letAppReadSecret': async (services, node?: ReadNode, nodes?: readonly ReadNode[]) =>
    (await import('./letAppReadSecret')).letAppReadSecret(services, node, nodes),
  'keyless.undoLastGrant': async (services, id?: unknown) =>
    (await import('./undoLastGrant')).undoLastGrant(services, id),
  'keyless.whyCantItRead': async (services, node?: ReadNode | ReadQuestion, nodes?: readonly ReadNode[]) =>
    (await import('./whyCantItRead')).whyCantItRead(services, node, nodes),
  'keyless.runReportAction': (services, uri?: unknown, index?: unknown) =>
    runReportAction(services, uri, index),
};

/** A failure is shown under the name of the button, not of this command. */
async function runReportAction(services: Services, uri: unknown, index: unknown): Promise<void> {
  const action = services.reports.action(uri, index);
  try {
    await action?.run();
  } catch (error) {
    const { showError } = await import('../../ui/errors');
    showError(services.log, action?.title ?? '', error);
  }
}
