import * as vscode from 'vscode';
import type { Wanted } from '../../../access/operations/operation';
import { operationsOn } from '../../../access/operations/operations';
import { operationWords } from '../../../access/operations/operationWords';
import { resourceOf } from '../../../access/operations/resourceKinds';
import { describeScope } from '../../../access/words/reach';
import { sameId } from '../../../azure/core/armId';
import type { Connection } from '../../../azure/core/connection';
import { roleGuid } from '../../../azure/directory/roles';
import { UserError } from '../../../ui/errors';
import { pickRole } from '../../../ui/pickers/rolePicker';
import type { Choice } from '../../../ui/quickPick';
import { pickOne } from '../../../ui/quickPick';

/** Asks what can be done with a resource, in words or by a role. @param who the name of the app that should be able to do it */
export async function pickWanted(
  title: string,
  connection: Connection,
  scope: string,
  who?: string,
): Promise<Wanted> {
  const operations = operationsOn(scope);
  const choices = operations.map((operation): Choice<Wanted> => {
    const { title: label, allows: detail } = operationWords(operation);
    const value: Wanted = { kind: 'operation', operation };
    return { icon: 'shield', label, description: operation.role.name, detail, value };
  });
  const another = {
    icon: 'list-unordered',
    label: vscode.l10n.t('Another Role…'),
    value: 'another' as const,
  };
  // Azure's roles can't be assigned on what isn't a resource of its own, such as a database of a Cosmos DB account.
  const hasOnlyOwn = operations.every(({ role }) => role.own) && !sameId(resourceOf(scope), scope);
  const name = describeScope(scope);
  const picked = await pickOne<Wanted | 'another'>(
    () => Promise.resolve(hasOnlyOwn ? choices : [...choices, another]),
    {
      title,
      placeHolder:
        who === undefined
          ? vscode.l10n.t('Select what is done with the {0}', name)
          : vscode.l10n.t('Select what {0} should be able to do with the {1}', who, name),
    },
    () => new UserError(vscode.l10n.t("There's nothing to select")),
  );
  if (picked !== 'another') return picked;
  const role = await pickRole(title, { connection, id: scope, name }, who ?? vscode.l10n.t('someone'));
  return { kind: 'role', role: { guid: roleGuid(role.id), name: role.name } };
}
