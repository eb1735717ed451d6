/** What is to happen later: a queue by due time, ties in the order of arrival. A binary heap in parallel arrays, as most calls compare times only. */
export class Delayed<T> {
  private readonly dues: number[] = [];
  private readonly orders: number[] = [];
  private readonly items: T[] = [];
  private added = 0;

  get size(): number {
    return this.items.length;
  }

  add(due: number, item: T): void {
    const order = this.added++;
    let hole = this.items.push(item) - 1;
    this.dues.push(due);
    this.orders.push(order);
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!this.isBefore(due, order, parent)) break;
      this.move(parent, hole);
      hole = parent;
    }
    this.put(hole, due, order, item);
  }

  /** The earliest item if its time has come. */
  takeDue(time: number): T | undefined {
    if (this.items.length === 0 || this.dues[0]! > time) return undefined;
    const first = this.items[0]!;
    const due = this.dues.pop()!;
    const order = this.orders.pop()!;
    const item = this.items.pop()!;
    if (this.items.length > 0) this.sink(due, order, item);
    return first;
  }

  /** Puts an entry in the place of the first, and down to where it belongs. */
  private sink(due: number, order: number, item: T): void {
    const count = this.items.length;
    let hole = 0;
    for (;;) {
      let least = 2 * hole + 1;
      if (least >= count) break;
      if (least + 1 < count && this.isBefore(this.dues[least + 1]!, this.orders[least + 1]!, least)) least++;
      if (this.isBefore(due, order, least)) break;
      this.move(least, hole);
      hole = least;
    }
    this.put(hole, due, order, item);
  }

  private isBefore(due: number, order: number, index: number): boolean {
    const other = this.dues[index]!;
    return due < other || (due === other && order < this.orders[index]!);
  }

  private move(from: number, to: number): void {
    this.put(to, this.dues[from]!, this.orders[from]!, this.items[from]!);
  }

  private put(index: number, due: number, order: number, item: T): void {
    this.dues[index] = due;
    this.orders[index] = order;
    this.items[index] = item;
  }
}
