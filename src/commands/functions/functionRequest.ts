import type { FunctionRequest, KeyChoice } from './request';
import * as vscode from 'vscode';
import { parseJson } from '../../azure/core/json';
import { functionUrl, missingRouteParameters, routeParameters } from '../../azure/appService/invoke';
import { getFunctionKeys, getHostKeys } from '../../azure/appService/sites';
import { UserError } from '../../ui/errors';
import type { Choice } from '../../ui/quickPick';
import { askText, pickOne } from '../../ui/quickPick';
import type { HttpFunction } from './httpFunction';
import { askRouteValue } from './httpFunction';
import type { SavedRequests } from './savedRequests';

type Step = 'run' | 'save' | 'query' | 'headers' | 'body' | 'method' | 'key' | { readonly route: string };

const title = () => vscode.l10n.t('Run Function');

/**
 * Lets a person edit a request: a list shows it, each line changes a part, and the first line runs it. It starts from a
 * saved request if the person selects one.
 */
export async function composeRequest(target: HttpFunction, saved: SavedRequests): Promise<FunctionRequest> {
  let request = (await pickSaved(target, saved)) ?? firstRequest(target);
  for (;;) {
    const step = await pickStep(target, request);
    if (step === 'run') {
      const [missing] = missingRouteParameters(target.fn, request.route);
      if (missing === undefined) return request;
      request = await changeRoute(target, request, missing);
    } else if (step === 'save') await save(target, saved, request);
    else request = await change(target, request, step);
  }
}

function firstRequest({ fn }: HttpFunction): FunctionRequest {
  return {
    method: methodsOf(fn.http.methods)[0] ?? 'GET',
    route: {},
    query: '',
    headers: {},
    body: '',
    key: 'default',
  };
}

/** Asks only if there are saved requests. @returns undefined for a new one */
async function pickSaved(target: HttpFunction, saved: SavedRequests): Promise<FunctionRequest | undefined> {
  const requests = saved.of(target);
  if (requests.length === 0) return undefined;
  const picked = await pickOne<FunctionRequest | 'new'>(
    () =>
      Promise.resolve([
        { icon: 'add', label: vscode.l10n.t('New Request'), value: 'new' as const },
        ...requests.map(({ name, request }): Choice<FunctionRequest> => ({
          icon: 'bookmark',
          label: name,
          description: `${request.method} ${request.query}`.trim(),
          value: request,
        })),
      ]),
    { title: title(), placeHolder: vscode.l10n.t('Select a request to {0}', target.fn.name) },
    nothing,
  );
  return picked === 'new' ? undefined : picked;
}

function pickStep(target: HttpFunction, request: FunctionRequest): Promise<Step> {
  const { app, fn } = target;
  const { method, route, query, headers, body } = request;
  const none = vscode.l10n.t('none');
  const line = (value: Step, icon: string, label: string, description: string): Choice<Step> => ({
    value,
    icon,
    label,
    description,
  });
  const url = `${functionUrl(app, fn, { route })}${query && `?${query}`}`;
  const choices: Choice<Step>[] = [
    line('run', 'play', vscode.l10n.t('Run'), `${method} ${url}`),
    line('method', 'symbol-method', vscode.l10n.t('Method'), method),
    ...routeParameters(fn).map(({ name }) =>
      line({ route: name }, 'symbol-parameter', `{${name}}`, route[name] || none),
    ),
    line('query', 'question', vscode.l10n.t('Query'), query || none),
    line('headers', 'list-flat', vscode.l10n.t('Headers'), Object.keys(headers).join(', ') || none),
    ...(hasBody(method) ? [line('body', 'json', vscode.l10n.t('Body'), body || none)] : []),
    line('key', 'key', vscode.l10n.t('Key'), keyWords(target, request.key)),
    line('save', 'bookmark', vscode.l10n.t('Save Request…'), ''),
  ];
  return pickOne(
    () => Promise.resolve(choices),
    { title: title(), placeHolder: vscode.l10n.t('Run {0}, or change the request first', fn.name) },
    nothing,
  );
}

async function change(
  target: HttpFunction,
  request: FunctionRequest,
  step: Exclude<Step, 'run' | 'save'>,
): Promise<FunctionRequest> {
  switch (step) {
    case 'method':
      return { ...request, method: await pickMethod(target) };
    case 'query':
      return { ...request, query: await askQuery(target, request) };
    case 'headers':
      return { ...request, headers: await askHeaders(target, request) };
    case 'body':
      return { ...request, body: await askBody(target, request) };
    case 'key':
      return { ...request, key: await pickKey(target) };
    default:
      return changeRoute(target, request, step.route);
  }
}

/** Asks for the value of a route parameter. It must have one if the URL needs it because of what follows. */
async function changeRoute(
  target: HttpFunction,
  request: FunctionRequest,
  name: string,
): Promise<FunctionRequest> {
  const parameter = routeParameters(target.fn).find((candidate) => candidate.name === name);
  if (!parameter) return request;
  const needed = missingRouteParameters(target.fn, { ...request.route, [name]: '' }).includes(name);
  const value = await askRouteValue(
    title(),
    target,
    { ...parameter, optional: !needed },
    request.route[name],
  );
  return { ...request, route: { ...request.route, [name]: value } };
}

/** The allowed methods. A trigger that allows every method gets App Service's own list. */
function methodsOf(allowed: readonly string[]): string[] {
  const upper = allowed.map((method) => method.toUpperCase());
  return upper.length > 0 ? upper : ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
}

function pickMethod({ fn }: HttpFunction): Promise<string> {
  const choices = methodsOf(fn.http.methods).map((method): Choice<string> => ({
    label: method,
    value: method,
  }));
  return pickOne(
    () => Promise.resolve(choices),
    { title: title(), placeHolder: vscode.l10n.t('Select the method to call {0} with', fn.name) },
    nothing,
  );
}

function hasBody(method: string): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH';
}

async function askQuery({ fn }: HttpFunction, { query }: FunctionRequest): Promise<string> {
  const text = await askText({
    title: title(),
    prompt: vscode.l10n.t('Query string for {0} (optional)', fn.name),
    placeHolder: 'name=value&other=value',
    value: query,
  });
  return text.trim().replace(/^\?/, '');
}

async function askHeaders(
  { fn }: HttpFunction,
  { headers }: FunctionRequest,
): Promise<Readonly<Record<string, string>>> {
  const text = await askText({
    title: title(),
    prompt: vscode.l10n.t('Headers for {0}, separated by | (optional)', fn.name),
    placeHolder: 'Accept: application/json | X-Name: value',
    value: Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}`)
      .join(' | '),
    validateInput: (typed) =>
      parseHeaders(typed) ? undefined : vscode.l10n.t('Enter each header as "Name: value".'),
  });
  return parseHeaders(text) ?? {};
}

/** @returns undefined if a part isn't a header */
function parseHeaders(text: string): Record<string, string> | undefined {
  const parts = text.split('|').map((part) => part.trim());
  const headers: Record<string, string> = {};
  for (const part of parts.filter((each) => each !== '')) {
    const [, name, value] = /^([!#$%&'*+.^_`~0-9A-Za-z-]+):\s*([\t\u0020-\u007e]+)$/.exec(part) ?? [];
    if (name === undefined || value === undefined) return undefined;
    headers[name] = value;
  }
  return headers;
}

/** Asks for the body. Offers the text of the open editor, because an input box holds only one line. */
async function askBody({ fn }: HttpFunction, { body }: FunctionRequest): Promise<string> {
  const editor = vscode.window.activeTextEditor;
  if (editor) {
    const choices: Choice<'type' | 'editor'>[] = [
      { icon: 'edit', label: vscode.l10n.t('Enter Text'), value: 'type' },
      {
        icon: 'file',
        label: vscode.l10n.t("Use the Editor's Text"),
        description: editor.document.fileName.split(/[\\/]/).at(-1),
        value: 'editor',
      },
    ];
    const source = await pickOne(
      () => Promise.resolve(choices),
      { title: title(), placeHolder: vscode.l10n.t('Select the body for {0}', fn.name) },
      nothing,
    );
    if (source === 'editor')
      return editor.document.getText(editor.selection.isEmpty ? undefined : editor.selection);
  }
  return askText({
    title: title(),
    prompt: vscode.l10n.t('Body for {0}, as JSON or text (optional)', fn.name),
    placeHolder: '{ "name": "value" }',
    value: body,
  });
}

/** The content type of the body, unless a header sets it. */
export function contentTypeOf({ body, headers }: FunctionRequest): Record<string, string> {
  if (body === '' || Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')) return {};
  return {
    'content-type': parseJson(body) === undefined ? 'text/plain; charset=utf-8' : 'application/json',
  };
}

/** Asks for a key by name. No key is shown. */
function pickKey({ connection, app, fn }: HttpFunction): Promise<KeyChoice> {
  return pickOne<KeyChoice>(
    async (signal) => {
      const [own, host] = await Promise.all([
        getFunctionKeys(connection, app, fn, signal),
        getHostKeys(connection, app, signal),
      ]);
      const named = (of: 'function' | 'host', names: readonly string[]) =>
        names.map((name): Choice<KeyChoice> => ({
          icon: 'key',
          label: name,
          description: of === 'function' ? vscode.l10n.t('function key') : vscode.l10n.t('host key'),
          value: { of, name },
        }));
      return [
        { icon: 'wand', label: vscode.l10n.t('Required Key'), value: 'default' as const },
        { icon: 'circle-slash', label: vscode.l10n.t('No Key'), value: 'none' as const },
        ...named('function', Object.keys(own)),
        ...named('host', Object.keys(host.functionKeys)),
      ];
    },
    { title: title(), placeHolder: vscode.l10n.t('Select the key to call {0} with', fn.name) },
    nothing,
  );
}

function keyWords({ fn }: HttpFunction, key: KeyChoice): string {
  if (key === 'none') return vscode.l10n.t('none');
  if (key !== 'default') return key.name;
  return fn.http.authLevel === 'anonymous' ? vscode.l10n.t('not needed') : vscode.l10n.t('required key');
}

async function save(target: HttpFunction, saved: SavedRequests, request: FunctionRequest): Promise<void> {
  const name = await askText({
    title: title(),
    prompt: vscode.l10n.t("Name of the saved request. Keys and other credentials aren't saved."),
    validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('Enter a name.') : undefined),
  });
  await saved.save(target, name.trim(), request);
}

function nothing(): UserError {
  return new UserError(vscode.l10n.t("There's nothing to select"));
}
