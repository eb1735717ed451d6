import { hexLines, printable } from '../run/letters/bytes-view.js';
import type { LetterList } from '../run/letters/list.js';
import type { ReplaySummary } from '../run/letters/replay.js';
import type { ShownLetter, ShownLetters } from '../run/letters/show.js';
import { whole } from './numbers.js';
import { table } from './table.js';

const longestKey = 40;
const mostHex = 512;

export function letterList({ topic, letters, total, by_reason, replayed }: LetterList): string {
  if (total === 0) return `${topic}: none`;
  const rows = letters.map((letter) => [
    `${letter.partition}:${letter.offset}`,
    letter.time,
    letter.reason,
    letter.field,
    letter.key === null ? null : cut(letter.key),
    letter.bytes,
    letter.replayed ? 'yes' : 'no',
  ]);
  const reasons = Object.entries(by_reason).map(([reason, count]) => `${printable(reason)} ${whole(count)}`);
  return [
    ...(letters.length > 0
      ? [table(['letter', 'time', 'reason', 'field', 'key', 'bytes', 'replayed'], rows.map(safe)), '']
      : []),
    `${whole(total)} in ${topic}: ${reasons.join(', ')}${replayed > 0 ? `; ${whole(replayed)} replayed` : ''}`,
    ...(letters.length > 0 && letters.length < total
      ? [`The newest ${whole(letters.length)} are shown; --limit N shows more.`]
      : []),
  ].join('\n');
}

export function shownLetter({ topic, letters: [letter] }: ShownLetters): string {
  const facts: [string, string | null][] = [
    ['letter', `${letter.partition}:${letter.offset} of ${topic}`],
    ['reason', `${letter.reason}${letter.field === null ? '' : ` at ${letter.field}`}`],
    ['expected', letter.expected?.text ?? null],
    ['found', 'found' in letter ? JSON.stringify(letter.found) : letter.field === null ? null : 'nothing'],
    ['now', letter.problem ?? (letter.expected ? 'valid: it would be no dead letter' : null)],
    ['record time', letter.time],
    ['replayed', letter.replayed ? 'yes' : 'no'],
    ['key', letter.key === null ? '(none)' : (letter.key.text ?? letter.key.hex ?? '')],
    ...Object.entries(letter.headers).map(([name, value]): [string, string] => [`header ${name}`, value]),
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  return [
    ...facts.flatMap(([name, text]) => (text === null ? [] : [`${printable(name).padEnd(width)}  ${printable(text)}`])),
    '',
    ...valueLines(letter),
    '',
    replayLine(letter),
  ].join('\n');
}

export function replaySummary(summary: ReplaySummary): string {
  const { dry_run, eligible, replayed, skipped, late, selected, topic, run, complete } = summary;
  const left = Object.entries(skipped).filter(([, count]) => count > 0);
  return [
    dry_run
      ? `${whole(eligible)} of ${whole(selected)} selected letters would go to ${topic}; nothing was sent`
      : `${whole(replayed)} of ${whole(selected)} selected letters sent to ${topic}${run === null ? '' : `  (run ${run})`}`,
    ...left.map(([reason, count]) => `skipped   ${reason} ${whole(count)}`),
    ...summary.problems.map(({ partition, offset, problem }) => `  ${partition}:${offset}  ${printable(problem)}`),
    ...(late > 0
      ? [`late      ${whole(late)}: the watermark has passed them; they are counted as late and go to the late topic`]
      : []),
    ...(complete ? [] : ['stopped   before all were looked at; run it again for the rest']),
  ].join('\n');
}

function valueLines({ value }: ShownLetter): string[] {
  if (value === null) return ['(no value)'];
  if ('json' in value) return JSON.stringify(value.json, null, 2).split('\n').map(printable);
  return [...(value.text === undefined ? [] : [printable(value.text), '']), ...hexLines(value.hex ?? '', mostHex)];
}

function replayLine({ replay, reason }: ShownLetter): string {
  if (replay !== null) return `send it again: ${replay}`;
  return reason === 'late'
    ? 'A late event is not replayed: it would be late again.'
    : 'It cannot be replayed as it is: mend the value by hand and send it with pipe ingest.';
}

function safe(row: readonly (string | number | null)[]): (string | number | null)[] {
  return row.map((cell) => (typeof cell === 'string' ? printable(cell) : cell));
}

function cut(key: string): string {
  return key.length > longestKey ? `${key.slice(0, longestKey - 1)}…` : key;
}
