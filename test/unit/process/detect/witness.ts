import type { Evidence, KeyDetector, Observation } from '../../../../src/core/process/detect/kind.js';
import { readValue, writeValue } from '../../../../src/core/process/detect/value.js';
import type { StateReader } from '../../../../src/core/process/snapshot/reader.js';
import type { StateWriter } from '../../../../src/core/process/snapshot/writer.js';

/**
 * Tells all that it has seen: every observation and every wake is an alert whose evidence is the whole history, so that nothing can be missed,
 * doubled or out of place without being told. A number is a timer, five times so many ms from then, in place of the one before; null leaves that as it is.
 */
export class Witness implements KeyDetector {
  due = Number.POSITIVE_INFINITY;
  readonly bytes = 1;
  private history = '';
  private setBy = -1;

  observe({ time, offset, values }: Observation): Evidence {
    const [delay] = values;
    if (typeof delay === 'number') {
      this.due = time + 5 * delay;
      this.setBy = offset;
    }
    this.history += ` ${time}:${values.join(',')}`;
    return { history: this.history };
  }

  wake(time: number): { evidence: Evidence; offset: number } {
    this.due = Number.POSITIVE_INFINITY;
    this.history += ` wake ${time}`;
    return { evidence: { history: this.history }, offset: this.setBy };
  }

  write(writer: StateWriter): void {
    writer.number(this.due);
    writer.number(this.setBy);
    writeValue(writer, this.history);
  }

  read(reader: StateReader): void {
    this.due = reader.number();
    this.setBy = reader.number();
    this.history = String(readValue(reader));
  }
}
