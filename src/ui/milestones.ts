import * as vscode from 'vscode';
import type { Change } from '../changes/change';

/** The steps of the walkthrough, by the names of their contexts in package.json. */
export type Milestone =
  'identity' | 'policy' | 'uri' | 'function' | 'read' | 'policyRemoved' | 'refused' | 'why' | 'fixed';

/** Ticks the steps of the walkthrough as they are done, however they are done. VS Code remembers what was ticked. */
export class Milestones {
  private readonly reached = new Set<Milestone>();

  reach(milestone: Milestone): void {
    if (this.reached.has(milestone)) return;
    this.reached.add(milestone);
    void vscode.commands.executeCommand('setContext', `keyless.did.${milestone}`, true);
  }

  /** Something was changed in Azure. */
  changed({ kind }: Change): void {
    if (kind === 'enableIdentity') this.reach('identity');
    if (kind === 'removeAccessPolicy') this.reach('policyRemoved');
    if (kind !== 'addAccessPolicy' && kind !== 'createRoleAssignment') return;
    this.reach(this.reached.has('policyRemoved') ? 'fixed' : 'policy');
  }

  /** A function answered with this status: a refusal is one of the story only once access was taken away. */
  ran(status: number): void {
    if (status === 200) this.reach('read');
    if (status === 403 && this.reached.has('policyRemoved')) this.reach('refused');
  }
}
