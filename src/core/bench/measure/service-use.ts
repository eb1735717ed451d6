import type { StackStatus } from '../../stack/stack.js';
import { type TreeUse, treeUse } from './process-tree.js';

/** What the stack's services used between two looks; nothing of those that are not processes of this machine. */
export class ServiceUse {
  private readonly pids: readonly (readonly [string, number])[];
  private last: Map<string, TreeUse>;

  constructor({ services }: StackStatus) {
    this.pids = services.flatMap(({ name, pid }) => (pid === null ? [] : [[name, pid] as const]));
    this.last = this.look();
  }

  /** By service, since the last call. */
  take(): Map<string, TreeUse> {
    const before = this.last;
    this.last = this.look();
    return new Map(
      [...this.last].map(([name, { cpu_s, rss_bytes }]) => [
        name,
        { cpu_s: Math.max(0, cpu_s - (before.get(name)?.cpu_s ?? cpu_s)), rss_bytes },
      ]),
    );
  }

  private look(): Map<string, TreeUse> {
    return new Map(
      this.pids.flatMap(([name, pid]) => {
        const use = treeUse(pid);
        return use ? [[name, use] as const] : [];
      }),
    );
  }
}
