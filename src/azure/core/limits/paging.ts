import * as l10n from '@vscode/l10n';
import type { Clock } from '../clock';
import { AzureError } from '../errors';
import { abortError, unlessAborted } from '../wait';

/** A page of a list. */
export interface Page<T> {
  /** A page can be empty without being the last one (Azure/azure-sdk-for-js#17907). */
  readonly items: readonly T[];
  /** The link or token of the next page; absent on the last one. */
  readonly next?: string | undefined;
  /** The length of the page's body. */
  readonly characters?: number | undefined;
}

/** How far any list is read. They are far above what Azure holds, so a list that goes on is a service's mistake. */
export const listLimits = { pages: 10_000, items: 250_000, megabytes: 256, minutes: 10 } as const;

/**
 * The pages of a list, one after the other, up to {@link listLimits}.
 * @param read reads the page at a link, or the first one
 * @throws AzureError `RepeatedPage` or `ListTooLong`; AbortError as soon as `signal` is aborted
 */
export async function* pagesOf<T>(
  { clock }: { readonly clock: Clock },
  read: (link: string | undefined) => Promise<Page<T>>,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly T[], void, undefined> {
  const deadline = clock.now() + listLimits.minutes * 60_000;
  const seen = new Set<string>();
  let items = 0;
  let characters = 0;
  let link: string | undefined;
  for (let pages = 1; ; pages++) {
    if (signal?.aborted) throw abortError();
    const page = await unlessAborted(read(link), signal);
    items += page.items.length;
    characters += (page.characters ?? 0) + (page.next?.length ?? 0);
    if (items > listLimits.items)
      throw tooLong(
        l10n.t('The list has more than {0} items, so Keyless stopped reading it.', listLimits.items),
      );
    if (characters > listLimits.megabytes * 1024 * 1024)
      throw tooLong(
        l10n.t('The list is larger than {0} MB, so Keyless stopped reading it.', listLimits.megabytes),
      );
    yield page.items;
    link = page.next;
    if (link === undefined) return;
    if (seen.has(link)) throw repeatedPage();
    seen.add(link);
    if (pages >= listLimits.pages)
      throw tooLong(
        l10n.t('The list has more than {0} pages, so Keyless stopped reading it.', listLimits.pages),
      );
    if (clock.now() > deadline)
      throw tooLong(
        l10n.t(
          'The list was still incomplete after {0} minutes, so Keyless stopped reading it.',
          listLimits.minutes,
        ),
      );
  }
}

/** All items of a list. @throws like {@link pagesOf} */
export async function allItems<T>(
  c: { readonly clock: Clock },
  read: (link: string | undefined) => Promise<Page<T>>,
  signal: AbortSignal | undefined,
): Promise<T[]> {
  const items: T[] = [];
  // Not `push(...page)`: a page can have more items than a call can have arguments.
  for await (const page of pagesOf(c, read, signal)) for (const item of page) items.push(item);
  return items;
}

/** The error for a page that links to itself or to an earlier one. */
export function repeatedPage(): AzureError {
  return new AzureError(l10n.t('The service returned the same page of results twice.'), {
    code: 'RepeatedPage',
  });
}

function tooLong(reason: string): AzureError {
  return new AzureError(reason, {
    code: 'ListTooLong',
    explanation: {
      reason,
      nextStep: l10n.t('Try again in a minute. If the problem continues, check the Azure status page.'),
    },
  });
}
