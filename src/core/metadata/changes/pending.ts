import { addChanges, type ChangeSet, countChanges, noChanges } from './change-set.js';

/** Changes on their way into the engine. */
export interface TakenChanges {
  changes: ChangeSet;
  /** To be called once they are on disk: only then PostgreSQL may forget them. */
  logged(): void;
}

/** What was seen in PostgreSQL and not yet taken by the engine. Bounded by the tables: of several changes of a row only the last is kept. */
export class PendingChanges {
  private readonly steps: number;
  private changes: ChangeSet;
  private waiting: (() => void)[] = [];

  constructor(steps: number) {
    this.steps = steps;
    this.changes = noChanges(steps);
  }

  offer(changes: ChangeSet, logged?: () => void): void {
    addChanges(this.changes, changes);
    if (logged) this.waiting.push(logged);
  }

  /** All that is there; undefined when nothing is. */
  take(): TakenChanges | undefined {
    const { changes, waiting } = this;
    if (countChanges(changes) === 0 && waiting.length === 0) return undefined;
    this.changes = noChanges(this.steps);
    this.waiting = [];
    return {
      changes,
      logged: () => {
        for (const each of waiting) each();
      },
    };
  }
}
