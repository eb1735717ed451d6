/** A record that the engine counted in no window: a dead letter or a late event, known by where it came from. */
export interface Letter {
  /** Of the source record, which is the letter's identity. */
  topic: string;
  partition: number;
  offset: number;
  /** One of the fault reasons; "late" for a late event. */
  reason: string;
  /** The field at fault; '' when the record as a whole is. */
  field: string;
  /** The source record's timestamp, epoch ms. */
  time: number;
  /** Key, value and headers as they lie in the letters' topic; views of what was fetched, to be copied if kept. */
  key: Buffer | null;
  value: Buffer | null;
  headers: ReadonlyMap<string, string>;
}

export type LetterKind = 'dead' | 'late';

/** A letter's name in commands: PARTITION:OFFSET. */
export function nameOf({ partition, offset }: Pick<Letter, 'partition' | 'offset'>): string {
  return `${partition}:${offset}`;
}

/** The letter in a record of the letters' topic; undefined for a record that does not say where it came from. */
export function letterOf(
  headers: ReadonlyMap<string, string>,
  record: Pick<Letter, 'time' | 'key' | 'value'>,
): Letter | undefined {
  const partition = headers.get('partition') ?? '';
  const offset = headers.get('offset') ?? '';
  const topic = headers.get('topic');
  if (topic === undefined || !digits.test(partition) || !digits.test(offset)) return undefined;
  return {
    topic,
    partition: Number(partition),
    offset: Number(offset),
    reason: headers.get('reason') ?? 'late',
    field: headers.get('field') ?? '',
    headers,
    ...record,
  };
}

const digits = /^\d{1,15}$/;
