import * as vscode from 'vscode';
import type { Answered, Asking } from '../flow';
import { ask } from '../flow';
import { showInput } from '../showInput';
import { plainLine } from '../text';
import type { Searchable } from './matches';
import { Matches } from './matches';

/** What a search looks for, and how to show it. */
export interface Search<T> {
  readonly title: string;
  readonly placeholder: string;
  /** The items, page by page. */
  pages(signal: AbortSignal): AsyncIterable<readonly (T & Searchable)[]>;
  /** The name of a built-in icon. */
  iconOf(item: T): string;
  /** Shown instead of the placeholder if the rest of the list can't be read. */
  readonly incomplete: string;
  /** Whether a text can be accepted before an item with that name is listed. */
  isName(text: string): boolean;
  /** Whether an item only informs, so that it can't be picked. */
  isNote?(item: T): boolean;
}

interface Item<T> extends vscode.QuickPickItem {
  /** Missing for a typed name and for a note. */
  readonly found?: T;
  readonly isNote?: true;
}

/** More rows are of no use, and VS Code gets all of them with each change. */
const most = 200;
/** As many rows as are visible. They are shown at once. */
const few = 25;

/**
 * Asks for an item of a list of any length. It fills page by page while the user types.
 * @returns the item, or the name that was typed
 * @throws vscode.CancellationError when closed; the error of the first page if the user hasn't typed anything
 */
export function pickBySearching<T>(search: Search<T>): Promise<T | string> {
  return ask(`${search.title}\n${search.placeholder}`, (asking) => showSearch(search, asking));
}

/** {@link pickBySearching} within a question. */
export function showSearch<T>(search: Search<T>, asking: Asking): Promise<Answered<T | string>> {
  const pick = vscode.window.createQuickPick<Item<T>>();
  pick.placeholder = plainLine(search.placeholder);
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.busy = true;
  const abort = new AbortController();
  const matches = new Matches<T & Searchable>(most);
  /** How many items matched when the list was last compared with what is shown, and what is shown. */
  let handed = 0;
  let shown: readonly (T & Searchable)[] = [];
  const show = () => {
    handed = matches.matching;
    shown = matches.shown;
    const row = (found: T & Searchable): Item<T> => ({
      label: `$(${search.iconOf(found)}) ${plainLine(found.name)}`,
      description: plainLine(found.description),
      ...(found.detail === undefined ? {} : { detail: plainLine(found.detail, 400) }),
      found,
    });
    const name = pick.value.trim();
    const typed = search.isName(name) && !matches.has(name) ? [typedItem(name)] : [];
    const rows = shown.map(row);
    // Enter accepts the first row: what contains the typed text rather than the text as a name.
    const all = matches.containTyped ? [...rows, ...typed] : [...typed, ...rows];
    pick.items = [...all, ...(handed > most ? [narrowNote()] : [])];
  };
  const showIfChanged = () => {
    const best = matches.shown;
    const isSame = best.length === shown.length && best.every((item, index) => item === shown[index]);
    if (isSame && handed > most === matches.matching > most) handed = matches.matching;
    else show();
  };
  /** A longer list is handed on only when it has grown by a quarter, so that it isn't sent again with each page. */
  const showIfGrown = () => {
    if (handed < few || matches.matching >= handed * 1.25) showIfChanged();
  };
  const load = async () => {
    for await (const page of search.pages(abort.signal)) {
      const known = matches.has(pick.value.trim());
      matches.add(page);
      if (known === matches.has(pick.value.trim())) showIfGrown();
      else show();
    }
  };
  return showInput<Answered<T | string>>(pick, search.title, asking, (resolve, reject) => {
    load().then(
      () => {
        pick.busy = false;
        showIfChanged();
      },
      (error: unknown) => {
        pick.busy = false;
        if (matches.isEmpty && pick.value === '') reject(asError(error));
        else {
          pick.placeholder = search.incomplete;
          showIfChanged();
        }
      },
    );
    pick.onDidChangeValue((value) => {
      matches.search(value);
      show();
    });
    pick.onDidAccept(() => {
      const [item] = pick.activeItems;
      const isNote = item?.isNote ?? (item?.found !== undefined && search.isNote?.(item.found));
      if (item && !isNote) resolve({ value: item.found ?? pick.value.trim() });
    });
  }).finally(() => {
    abort.abort();
  });
}

function typedItem(name: string): Item<never> {
  return {
    label: `$(arrow-right) ${name}`,
    description: vscode.l10n.t('use this name'),
    alwaysShow: true,
  };
}

function narrowNote(): Item<never> {
  return {
    label: `$(info) ${vscode.l10n.t('Only the first {0} matches are shown. Type more of the name.', most)}`,
    alwaysShow: true,
    isNote: true,
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
