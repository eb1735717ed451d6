import type { Basis, BasisStore } from './basis.js';
import { holdsFor, type LoggedChange } from './change-log.js';
import type { OffsetRange } from './intent-log.js';
import type { JoinedRows } from './joined-rows.js';

/** The rows that events were joined with before a crash, from the basis of a checkpoint through the changes that were logged after it. */
export class JoinedHistory {
  private readonly bases: BasisStore;
  private readonly joined: JoinedRows;
  private number: number | undefined;
  private left: LoggedChange[] = [];

  constructor(bases: BasisStore, joined: JoinedRows) {
    this.bases = bases;
    this.joined = joined;
  }

  /** Brings the rows to where they were when the block of these ranges, announced behind that checkpoint, was judged. Blocks must come in their order. */
  moveTo(checkpoint: number, ranges: readonly OffsetRange[]): void {
    this.begin(checkpoint);
    while (this.left.length > 0 && holdsFor(this.left[0]!, ranges)) this.joined.apply(this.left.shift()!.changes);
  }

  /** Brings the rows to the last that was logged behind that checkpoint. */
  moveToEnd(checkpoint: number): void {
    this.begin(checkpoint);
    for (const { changes } of this.left.splice(0)) this.joined.apply(changes);
  }

  private begin(checkpoint: number): void {
    const number = this.bases.numberAt(checkpoint);
    if (number === undefined || number === this.number) return;
    this.number = number;
    this.joined.become((this.bases.at(checkpoint) as Basis).enrichment);
    this.left = this.bases.changesOf(number);
  }
}
