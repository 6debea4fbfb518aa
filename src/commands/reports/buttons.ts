import type { ReportAction } from '../../reports/model/report';
import type { Button } from '../../reports/source';

/** The buttons of a report, by the ID under which its page names them. */
export class Buttons {
  private readonly all = new Map<string, Button>();

  get byId(): ReadonlyMap<string, Button> {
    return this.all;
  }

  /**
   * @param place where they are. It stays the same when the report is read again, so that the page can keep the focus.
   * @param primary whether the first one is the one to begin with
   */
  at(place: string, buttons: readonly Button[], primary = false): ReportAction[] {
    return buttons.map((button, index) => {
      const id = this.free(`${place}.${index}`);
      this.all.set(id, button);
      return { id, title: button.title, ...(primary && index === 0 ? { primary } : {}) };
    });
  }

  private free(id: string): string {
    return this.all.has(id) ? this.free(`${id}+`) : id;
  }
}
