import { setFlagsFromString } from 'node:v8';

/**
 * Lets this process's heap grow to three times what is alive before V8 collects all of it. By itself V8 allows a small heap a few megabytes, and counts
 * buffers too: a process that lives on buffers was collected as a whole every second (docs/decisions/0018-heaps-may-grow.md).
 */
export function letHeapGrow(): void {
  setFlagsFromString('--heap-growing-percent=200');
}
