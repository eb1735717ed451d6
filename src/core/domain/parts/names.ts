/**
 * Makes names that no other partition and no other run at another time makes: prefix, partition, time and a counter, base 36. The part that
 * changes rarely is kept.
 */
export function nameMaker(prefix: string, partition: number): (time: number) => string {
  let made = 0;
  let lastTime = Number.NaN;
  let start = '';
  return (time) => {
    if (time !== lastTime) {
      lastTime = time;
      start = `${prefix}${partition.toString(36)}-${time.toString(36)}-`;
    }
    return start + (made++).toString(36);
  };
}
