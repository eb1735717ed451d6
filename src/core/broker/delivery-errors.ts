import { messageOf, missingError, PipeError, usageError } from '../runtime/errors.js';
import { formatDuration } from '../runtime/units.js';

interface Place {
  topic: string;
  partition: number;
}

const resumeHint = 'What was acknowledged is on file: once this is mended, go on with "pipe generate --resume".';

/** Nobody acknowledged a batch in time: Kafka is not there. */
export function ackTimeout({ topic, partition }: Place, timeoutMs: number, cause: unknown): PipeError {
  return missingError(
    `${topic} partition ${partition}: not acknowledged within ${formatDuration(timeoutMs)}; last: ${messageOf(cause)}`,
    resumeHint,
    'KAFKA_NO_ACK',
    cause,
  );
}

/** A failure that trying again does not mend. */
export function refused({ topic, partition }: Place, cause: unknown): PipeError {
  return new PipeError(`${topic} partition ${partition}: cannot write: ${messageOf(cause)}`, {
    code: 'KAFKA_REFUSED',
    hint: resumeHint,
    cause,
  });
}

/** The topic that the run began with is no longer there. */
export function topicGone({ topic }: Place): PipeError {
  return usageError(
    `topic ${topic} was deleted, or made anew, while it was written to`,
    'Begin a new run: a run does not go on in another topic.',
    'TOPIC_RECREATED',
  );
}

/** The broker gave an offset that was given before: acknowledged records are no longer there. */
export function logShrank({ topic, partition }: Place, got: number, expected: number): PipeError {
  return new PipeError(
    `${topic} partition ${partition}: expected an offset from ${expected}, got ${got}: the log lost acknowledged records`,
    { code: 'LOG_TRUNCATED', hint: 'The topic was made anew, or a broker lost its disk: begin a new run.' },
  );
}

/** What another process sent of this run reached the log after its tail was read. */
export function logWentOn({ topic, partition }: Place, records: number): PipeError {
  return new PipeError(
    `${topic} partition ${partition}: the log holds ${records} records of the run: part of a batch`,
    {
      code: 'LOG_BROKEN',
    },
  );
}
