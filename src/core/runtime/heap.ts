import { setFlagsFromString } from 'node:v8';

/**
 * Lets this process's heap grow to three times what was alive, before V8 collects all of it. By itself V8 allows a small heap a few megabytes, and counts
 * buffers too: a process that lives on buffers was collected as a whole every second, which cost it a quarter of its CPU time and held it up for 50 ms
 * each time. What is alive bounds it, and V8's own limit for the process.
 */
export function letHeapGrow(): void {
  setFlagsFromString('--heap-growing-percent=200');
}
