import * as vscode from 'vscode';
import { UserError } from './errors';
import type { Asking } from './flow';
import { ask } from './flow';
import { showInput } from './showInput';
import { confirm } from './quickPick';
import { plain, plainLine } from './text';

/** A question for the value of a secret or a setting. */
export interface ValueQuestion {
  readonly title: string;
  readonly prompt: string;
  /** The name of the secret or setting. */
  readonly name: string;
  readonly hidden: boolean;
  /** The value to start with. */
  readonly value?: string | undefined;
  /** Why the value can't be used. */
  readonly complaint?: (text: string) => string | undefined;
}

/**
 * Asks for a value. An input box has a single line, and a pasted key or certificate loses its line breaks in it
 * (MicrosoftDocs/azure-docs#70075), so buttons take the text of the clipboard or of a file unchanged. The value stays in
 * memory: an editor would back it up on disk.
 * @throws vscode.CancellationError when closed without an answer; UserError if the text can't be used
 */
export async function askValue(question: ValueQuestion): Promise<string> {
  const answer = await askForSource(question);
  if ('typed' in answer) {
    if (answer.typed === '') await confirmEmpty(question);
    return answer.typed;
  }
  const text = await (answer.source === 'file' ? textOfFile(question) : textOfClipboard());
  const complaint = question.complaint?.(text);
  if (complaint !== undefined) throw new UserError(complaint);
  if (text === '') await confirmEmpty(question);
  return text === '' ? text : confirmText(question, text);
}

/** Whether a single line is a key or certificate whose line breaks were lost. Escaped ones (`\n`) are kept. */
function lostLineBreaks(text: string): boolean {
  return /-----BEGIN [A-Z0-9 ]+-----/.test(text) && !/\\n|\n/.test(text);
}

type Answer = { readonly typed: string } | { readonly source: 'clipboard' | 'file' };

function askForSource(question: ValueQuestion): Promise<Answer> {
  const { title, prompt } = question;
  return ask(
    `${title}\n${prompt}`,
    async (asking) => ({ value: await showBox(question, asking) }),
    // A value is kept nowhere.
    'secret',
  );
}

function showBox(
  { title, prompt, hidden, value, complaint }: ValueQuestion,
  asking: Asking,
): Promise<Answer> {
  const input = vscode.window.createInputBox();
  const clipboard = {
    iconPath: new vscode.ThemeIcon('clippy'),
    tooltip: vscode.l10n.t('Use the Text on the Clipboard'),
  };
  const file = {
    iconPath: new vscode.ThemeIcon('go-to-file'),
    tooltip: vscode.l10n.t('Read the Value from a File…'),
  };
  input.prompt = plainLine(prompt, 400); // links in prompts work
  input.placeholder = vscode.l10n.t('To enter several lines, use the buttons above');
  input.password = hidden;
  input.value = value ?? '';
  input.buttons = [clipboard, file];
  const check = (text: string) => {
    input.validationMessage = lostLineBreaks(text)
      ? vscode.l10n.t('The line breaks were lost. Use the buttons above to keep them.')
      : complaint?.(text);
    return input.validationMessage === undefined;
  };
  return showInput<Answer>(input, title, asking, (resolve) => {
    input.onDidChangeValue(check);
    input.onDidAccept(() => {
      if (check(input.value)) resolve({ typed: input.value });
    });
    input.onDidTriggerButton((button) => {
      if (button === clipboard || button === file)
        resolve({ source: button === file ? 'file' : 'clipboard' });
    });
  });
}

async function textOfClipboard(): Promise<string> {
  const text = await vscode.env.clipboard.readText();
  if (text === '') throw new UserError(vscode.l10n.t('The clipboard contains no text'));
  return text;
}

/** Bytes. No secret or setting can be this large. */
const largestFile = 1024 * 1024;

async function textOfFile({ title }: ValueQuestion): Promise<string> {
  const [uri] =
    (await vscode.window.showOpenDialog({ title: plain(title), openLabel: vscode.l10n.t('Use Content') })) ??
    [];
  if (!uri) throw new vscode.CancellationError();
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > largestFile) throw new UserError(vscode.l10n.t('The file is too large'));
  const bytes = await vscode.workspace.fs.readFile(uri);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(
      vscode.l10n.t("The file isn't UTF-8 text"),
      vscode.l10n.t('Encode it first, for example as Base64.'),
    );
  }
}

async function confirmEmpty({ name }: ValueQuestion): Promise<void> {
  await confirm(
    vscode.l10n.t('Save an empty value for {0}?', name),
    vscode.l10n.t('Apps that read it get an empty text.'),
    vscode.l10n.t('Save Empty Value'),
  );
}

/** Asks before a text that nobody saw is used. Most files end with a line break, which is rarely part of the value. */
async function confirmText({ name }: ValueQuestion, text: string): Promise<string> {
  const trimmed = text.replace(/\r?\n$/, '');
  const use = vscode.l10n.t('Use Value');
  const trim = vscode.l10n.t('Use Without the Last Line Break');
  const size = vscode.l10n.t('Lines: {0}. Characters: {1}.', trimmed.split('\n').length, trimmed.length);
  const answer = await vscode.window.showInformationMessage(
    plainLine(vscode.l10n.t('Use this text as the value of {0}?', name)),
    {
      modal: true,
      detail: trimmed === text ? size : `${size} ${vscode.l10n.t('It ends with a line break.')}`,
    },
    ...(trimmed === text ? [use] : [trim, use]),
  );
  if (answer === undefined) throw new vscode.CancellationError();
  return answer === trim ? trimmed : text;
}
