import { Box, Text } from 'ink';
import type { Moment } from '../../observe/moment.js';
import type { Snapshot } from '../../observe/snapshot.js';
import { nothingStored, type Stored } from '../../observe/stored.js';
import type { TopState } from './keys.js';
import { DetailView, ListView } from './list-view.js';
import type { Listed, ListedRow } from './listed.js';
import { Overview, pipelineList } from './overview.js';
import { type Pane, panes } from './panes.js';
import { partitionList } from './partitions.js';
import { serviceList } from './services.js';
import { alertList, letterList, windowList } from './stored-lists.js';

/** What there is to show. */
export interface TopData {
  /** Undefined before the first look. */
  snapshot: Snapshot | undefined;
  /** Of each pipeline, oldest first. */
  history: ReadonlyMap<string, readonly Moment[]>;
  /** Undefined before the first answer to what the pane needs. */
  stored: Stored | undefined;
}

export interface TopViewProps extends TopData {
  state: TopState;
  /** Of the terminal. */
  rows: number;
  columns: number;
}

/** The lines that are not the pane's: head, a gap, foot, and the last of the terminal, which stays free. */
const around = 4;

/** How many lines of a pane are seen. */
export function paneHeight(rows: number): number {
  return Math.max(3, rows - around);
}

/** What a pane lists, of which keys select. */
export function listOf(pane: Pane, { snapshot, stored }: Pick<TopData, 'snapshot' | 'stored'>): Listed {
  const { pipelines = [] } = snapshot ?? {};
  const read = stored !== undefined;
  const found = stored ?? nothingStored;
  switch (pane) {
    case 'overview':
      return pipelineList(pipelines);
    case 'partitions':
      return partitionList(pipelines);
    case 'windows':
      return windowList(found, read);
    case 'alerts':
      return alertList(found, read);
    case 'letters':
      return letterList(found, read);
    case 'services':
      return snapshot ? serviceList(snapshot) : { columns: [], rows: [], notes: [], none: '' };
  }
}

/** All of `pipe top`: never higher than the terminal, so that nothing scrolls. */
export function TopView(props: TopViewProps) {
  const { snapshot, state, rows } = props;
  return (
    <Box flexDirection="column" height={rows - 1} overflow="hidden">
      <Text wrap="truncate-end">
        <Text bold>pipe</Text>
        {panes.map((each, index) => (
          <Text key={each} bold={each === state.pane}>
            {each === state.pane ? ` [${index + 1} ${each}]` : `  ${index + 1} ${each} `}
          </Text>
        ))}
      </Text>
      <Box flexDirection="column" marginTop={1} height={paneHeight(rows)} overflow="hidden" flexShrink={0}>
        {state.help ? <Help /> : snapshot ? <Content {...props} snapshot={snapshot} /> : <Text>looking …</Text>}
      </Box>
      <Foot {...props} />
    </Box>
  );
}

function Content({ snapshot, history, stored, state, rows, columns }: TopViewProps & { snapshot: Snapshot }) {
  const { pane, detail, filter, selected } = state;
  const height = paneHeight(rows);
  const listed = listOf(pane, { snapshot, stored });
  if (detail) return <DetailView row={newest(listed, detail)} above={state.above} height={height} />;
  const shared = { filter, selected, width: columns, height };
  return pane === 'overview' ? (
    <Overview snapshot={snapshot} history={history} {...shared} />
  ) : (
    <ListView listed={listed} {...shared} />
  );
}

/** As the list has it now; as it was, where it is gone. */
function newest({ rows }: Listed, row: ListedRow): ListedRow {
  return rows.find(({ id }) => id === row.id) ?? row;
}

function Foot({ state: { typing, filter, detail }, snapshot }: TopViewProps) {
  return (
    <Box justifyContent="space-between">
      <Text wrap="truncate-end">
        {typing || filter !== '' ? (
          <Text bold>{`/${filter}${typing ? '_' : '   Esc: all'}`}</Text>
        ) : (
          <Text dimColor>
            {detail
              ? 'Esc back   ? help   q quit'
              : 'Tab panes   ↑↓ select   Enter detail   / filter   ? help   q quit'}
          </Text>
        )}
      </Text>
      <Text dimColor>{snapshot ? `${new Date(snapshot.at).toISOString().slice(11, 19)} UTC` : ''}</Text>
    </Box>
  );
}

const keys = [
  ['Tab, ← →, 1 to 6', 'another pane'],
  ['↑ ↓, PgUp PgDn', 'another row'],
  ['Enter', 'all that is known of it'],
  ['/', 'only rows that have a text; Enter keeps it, Esc drops it'],
  ['Esc', 'back'],
  ['?', 'this help, and back'],
  ['q, Ctrl-C', 'leave; what runs goes on'],
] as const;

function Help() {
  return (
    <Box flexDirection="column">
      {keys.map(([key, does]) => (
        <Text key={key} wrap="truncate-end">
          {key.padEnd(18)}
          {does}
        </Text>
      ))}
      <Text> </Text>
      <Text wrap="truncate-end">Rates are of the last ten seconds. Lag: in the topic, and in no block yet.</Text>
      <Text wrap="truncate-end">Watermark: how far complete event time lies behind the clock.</Text>
      <Text wrap="truncate-end">e2e: from the intended send time to the stored row, of the last seconds.</Text>
      <Text wrap="truncate-end">Bars are of the last looks, from 0 to the highest of them; of e2e the p99.</Text>
    </Box>
  );
}
