import * as vscode from 'vscode';
import type { Change } from '../changes/change';

/** The walkthrough's steps, named like their context keys in package.json. */
export type Milestone =
  'identity' | 'policy' | 'uri' | 'function' | 'read' | 'policyRemoved' | 'refused' | 'why' | 'fixed';

/** Checks off walkthrough steps however the user completes them. VS Code remembers which steps are complete. */
export class Milestones {
  private readonly reached = new Set<Milestone>();

  reach(milestone: Milestone): void {
    if (this.reached.has(milestone)) return;
    this.reached.add(milestone);
    void vscode.commands.executeCommand('setContext', `keyless.did.${milestone}`, true);
  }

  /** Called after a change in Azure. */
  changed({ kind }: Change): void {
    if (kind === 'enableIdentity') this.reach('identity');
    if (kind === 'removeAccessPolicy') this.reach('policyRemoved');
    if (kind !== 'addAccessPolicy' && kind !== 'createRoleAssignment') return;
    this.reach(this.reached.has('policyRemoved') ? 'fixed' : 'policy');
  }

  /** Called when a function responds. A refusal completes a step only after access was removed. */
  ran(status: number): void {
    if (status === 200) this.reach('read');
    if (status === 403 && this.reached.has('policyRemoved')) this.reach('refused');
  }
}
