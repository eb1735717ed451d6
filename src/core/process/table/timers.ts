/** Items by the time at which they are wanted: a binary heap. */
export class Timers<Item> {
  private readonly heap: { at: number; item: Item }[] = [];

  /** When the first is wanted; Infinity when there is none. */
  get earliest(): number {
    return this.heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  add(at: number, item: Item): void {
    const { heap } = this;
    let place = heap.length;
    for (; place > 0; place = above(place)) {
      if (heap[above(place)]!.at <= at) break;
      heap[place] = heap[above(place)]!;
    }
    heap[place] = { at, item };
  }

  /** The items wanted at or before `until`, earliest first; they are gone from here. What is added meanwhile counts. */
  *take(until: number): Generator<Item, void> {
    while (this.heap.length > 0 && this.heap[0]!.at <= until) yield this.takeFirst();
  }

  /** The first, if there is any; it is gone from here. */
  takeFirst(): Item {
    const { heap } = this;
    const { item } = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return item;
    let place = 0;
    for (let below = 1; below < heap.length; below = 2 * place + 1) {
      if (below + 1 < heap.length && heap[below + 1]!.at < heap[below]!.at) below++;
      if (heap[below]!.at >= last.at) break;
      heap[place] = heap[below]!;
      place = below;
    }
    heap[place] = last;
    return item;
  }
}

function above(place: number): number {
  return (place - 1) >> 1;
}
