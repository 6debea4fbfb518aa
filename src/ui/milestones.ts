import * as vscode from 'vscode';
import type { Change } from '../changes/change';

/** The walkthrough's steps, named like their context keys in package.json. */
export type Milestone =
  'signedIn' | 'access' | 'uri' | 'function' | 'read' | 'removed' | 'refused' | 'why' | 'fixed';

const key = 'keyless.milestones';

/** Checks off walkthrough steps however and whenever the user completes them. */
export class Milestones {
  private readonly reached: Set<Milestone>;

  constructor(private readonly memento: vscode.Memento) {
    this.reached = new Set(memento.get<readonly Milestone[]>(key));
  }

  reach(milestone: Milestone): void {
    if (this.reached.has(milestone)) return;
    this.reached.add(milestone);
    void this.memento.update(key, [...this.reached]);
    void checkOff([milestone]);
  }

  /** Called when the walkthrough may have been opened: VS Code doesn't know what was completed before. */
  async show(): Promise<void> {
    await checkOff([...this.reached]);
  }

  /** Called after a change in Azure. */
  changed({ kind }: Change): void {
    if (kind === 'removeAccessPolicy' || kind === 'deleteRoleAssignment') this.reach('removed');
    if (kind !== 'addAccessPolicy' && kind !== 'createRoleAssignment') return;
    this.reach(this.reached.has('removed') ? 'fixed' : 'access');
  }

  /** Called when a function responds. A refusal completes a step only after access was removed. */
  ran(status: number): void {
    if (status === 200) this.reach('read');
    if (status === 403 && this.reached.has('removed')) this.reach('refused');
  }
}

/**
 * Sets the steps' context keys for a moment. VS Code remembers what that checks off, but it learns about the walkthrough
 * only when that opens, and never checks off a step whose key is set by then (gettingStartedService.ts).
 */
async function checkOff(milestones: readonly Milestone[]): Promise<void> {
  for (const milestone of milestones)
    for (const value of [true, undefined])
      await vscode.commands.executeCommand('setContext', `keyless.did.${milestone}`, value);
}
