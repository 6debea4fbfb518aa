import type { ArmResource } from '../arm/provider';
import type { SandboxContext } from '../context';

/**
 * The resources that Resource Graph knows, which lag behind the services: a copy that is at most as old as the run's
 * `resourceGraphDelayMs`.
 */
export class ResourceIndex {
  #copy: { readonly takenAt: number; readonly resources: ArmResource[] } | undefined;

  constructor(
    private readonly context: SandboxContext,
    private readonly current: () => ArmResource[],
  ) {}

  resources(): ArmResource[] {
    const { clock, settings } = this.context;
    const { resourceGraphDelayMs: delay = 0 } = settings;
    if (delay === 0) return this.current();
    const now = clock.now();
    // structuredClone reads the getters of the resources.
    if (!this.#copy || now - this.#copy.takenAt >= delay)
      this.#copy = { takenAt: now, resources: structuredClone(this.current()) };
    return this.#copy.resources;
  }
}
