import * as vscode from 'vscode';
import type { Asking } from './flow';
import { Back } from './flow';
import { plainLine } from './text';

type Input = vscode.QuickInput & Pick<vscode.InputBox, 'buttons' | 'onDidTriggerButton'>;

/**
 * Shows a pick list or an input box until it has an answer, and disposes of it.
 * @param wire adds listeners that call `resolve` with the answer
 * @throws vscode.CancellationError when closed
 */
export async function showInput<T>(
  input: Input,
  title: string,
  { canGoBack }: Asking,
  wire: (resolve: (value: T) => void, reject: (reason: unknown) => void) => void,
): Promise<T> {
  input.title = plainLine(title);
  input.ignoreFocusOut = true;
  if (canGoBack) input.buttons = [vscode.QuickInputButtons.Back, ...input.buttons];
  try {
    return await new Promise<T>((resolve, reject) => {
      input.onDidTriggerButton((button) => {
        if (button === vscode.QuickInputButtons.Back) reject(new Back());
      });
      input.onDidHide(() => {
        reject(new vscode.CancellationError());
      });
      wire(resolve, reject);
      input.show();
    });
  } finally {
    input.dispose();
  }
}
