import * as vscode from 'vscode';
import { inShort } from '../../access/words/format';
import { warn } from '../../ui/messages';
import { localName, sameFileKey } from './localNames';

/** Decides what copied files and folders are called at their destination, and says what couldn't keep its name. */
export class NewNames {
  private readonly unusable: string[] = [];
  private readonly colliding: string[] = [];
  private readonly changed: string[] = [];

  /** @param canHave whether the destination can have a name; undefined for a computer, which gets another name then */
  constructor(private readonly canHave: ((name: string) => boolean) | undefined) {}

  /**
   * @param path for messages
   * @param taken keys of the names that the folder gets; receives this one's
   * @returns undefined if the file or folder is skipped
   */
  nameFor(name: string, path: string, taken: Set<string>): string | undefined {
    if (this.canHave?.(name)) return name;
    const own = this.canHave ? undefined : localName(name);
    if (own === undefined) {
      this.skip(path);
      return undefined;
    }
    if (taken.has(sameFileKey(own))) {
      this.colliding.push(path);
      return undefined;
    }
    taken.add(sameFileKey(own));
    if (own !== name) this.changed.push(vscode.l10n.t('{0} as {1}', path, own));
    return own;
  }

  /** Notes what can't be copied because of its name. */
  skip(path: string): void {
    this.unusable.push(path);
  }

  tell(): void {
    if (this.unusable.length > 0)
      warn(
        vscode.l10n.t("These weren't copied because their names can't be used: {0}", inShort(this.unusable)),
      );
    if (this.colliding.length > 0)
      warn(
        vscode.l10n.t(
          "These weren't copied because others have the same name, apart from upper and lower case: {0}",
          inShort(this.colliding),
        ),
      );
    if (this.changed.length > 0)
      warn(
        vscode.l10n.t(
          "These got other names because computers can't use their own: {0}",
          inShort(this.changed),
        ),
      );
  }
}
