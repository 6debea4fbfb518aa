import type { Connection } from '../../core/connection';
import { listOf, objectOf, stringOf } from '../../core/json';
import type { FunctionApp } from '../../core/model';
import { readApp } from './readApp';

/**
 * The environment variables of a container app's containers (ContainerApps.json, `EnvironmentVar`). Those whose value is a
 * secret of the app are left out. @returns secret values @throws AzureError
 */
export async function environmentVariables(
  c: Connection,
  { id }: Pick<FunctionApp, 'id'>,
  signal: AbortSignal | undefined,
): Promise<{ readonly name: string; readonly value: string }[]> {
  const { template } = objectOf((await readApp(c, id, signal)).json['properties']);
  const { containers, initContainers } = objectOf(template);
  return [...listOf(containers), ...listOf(initContainers)]
    .flatMap((container) => listOf(objectOf(container)['env']))
    .flatMap((variable) => {
      const [name, value] = ['name', 'value'].map((member) => stringOf(objectOf(variable)[member]));
      return name === undefined || value === undefined ? [] : [{ name, value }];
    });
}
