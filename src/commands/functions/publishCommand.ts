import { placeOf } from '../../changes/equivalents/place';

/**
 * The Core Tools command that deploys a project to an app or to one of its slots (`--slot`, BaseFunctionAppAction.cs of
 * Azure/azure-functions-core-tools). The names come from Azure, so those of odd characters are quoted.
 * @param appId ARM ID of the app or slot
 */
export function publishCommand(appId: string): string {
  const { name, slot } = placeOf(appId);
  const words = ['func', 'azure', 'functionapp', 'publish', wordOf(name)];
  return [...words, ...(slot === undefined ? [] : ['--slot', wordOf(slot)])].join(' ');
}

/** Quotes a word so that Bash and PowerShell read it alike. PowerShell takes typographic quotation marks for straight ones. */
function wordOf(text: string): string {
  return /^[\w-]+$/.test(text) ? text : `'${text.replace(/['\u2018-\u201b\p{C}\p{Zl}\p{Zp}]/gu, '')}'`;
}
