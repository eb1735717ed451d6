/** What is to happen later, each after the same or a longer wait: a queue by time, served when due. A binary heap; ties in order of arrival. */
export class Delayed<T> {
  private readonly heap: { due: number; order: number; item: T }[] = [];
  private added = 0;

  get size(): number {
    return this.heap.length;
  }

  add(due: number, item: T): void {
    const { heap } = this;
    let index = heap.push({ due, order: this.added++, item }) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.before(index, parent)) break;
      this.swap(index, parent);
      index = parent;
    }
  }

  /** The earliest item if its time has come. */
  takeDue(time: number): T | undefined {
    const { heap } = this;
    const first = heap[0];
    if (!first || first.due > time) return undefined;
    const last = heap.pop()!;
    if (heap.length > 0) {
      heap[0] = last;
      this.sink();
    }
    return first.item;
  }

  private sink(): void {
    let index = 0;
    for (;;) {
      let least = 2 * index + 1;
      if (least >= this.heap.length) return;
      if (least + 1 < this.heap.length && this.before(least + 1, least)) least++;
      if (!this.before(least, index)) return;
      this.swap(index, least);
      index = least;
    }
  }

  private before(a: number, b: number): boolean {
    const [first, second] = [this.heap[a]!, this.heap[b]!];
    return first.due < second.due || (first.due === second.due && first.order < second.order);
  }

  private swap(a: number, b: number): void {
    const kept = this.heap[a]!;
    this.heap[a] = this.heap[b]!;
    this.heap[b] = kept;
  }
}
