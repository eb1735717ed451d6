/** Partitions that had no unread records for a while: they do not hold the watermark back. */
export class IdlePartitions {
  private readonly timeoutMs: number;
  private readonly lastRead: Map<number, number>;

  constructor(partitions: Iterable<number>, timeoutMs: number, now: number) {
    this.timeoutMs = timeoutMs;
    this.lastRead = new Map([...partitions].map((partition) => [partition, now]));
  }

  read(partition: number, now: number): void {
    this.lastRead.set(partition, now);
  }

  /** For so long nobody looked: the time counts for no partition. */
  skip(ms: number): void {
    for (const [partition, last] of this.lastRead) this.lastRead.set(partition, last + ms);
  }

  at(now: number): number[] {
    return [...this.lastRead].filter(([, last]) => now - last >= this.timeoutMs).map(([partition]) => partition);
  }
}
