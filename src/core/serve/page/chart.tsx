import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';

export interface Line {
  name: string;
  /** A variable of the style sheet: --first. */
  colour: string;
  values: readonly (number | null)[];
}

export interface ChartProps {
  /** What is drawn, for those who cannot see it. */
  label: string;
  /** Epoch ms, ascending. */
  times: readonly number[];
  lines: readonly Line[];
  format(value: number): string;
  /** The span that is shown; epoch ms. */
  from: number;
  to: number;
  /** Changes with the colours. */
  theme: string;
}

const height = 170;

/** Lines over time, with a legend that also tells the newest values. */
export function Chart({ label, times, lines, format, from, to, theme }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>();
  const shape = lines.map(({ name, colour }) => `${name} ${colour}`).join(',');
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew where the lines are others or the colours; data comes below.
  useEffect(() => {
    const style = getComputedStyle(document.documentElement);
    const axis = {
      stroke: resolved('--quiet'),
      grid: { stroke: resolved('--line'), width: 1 },
      ticks: { show: false },
    };
    const made = new uPlot(
      {
        width: place.current!.clientWidth,
        height,
        legend: { show: false },
        cursor: { drag: { x: false, y: false } },
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
        scales: { x: { time: true }, y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : 1] } },
        axes: [
          { ...axis, font: `12px ${style.fontFamily}`, space: 80, values: (_, ticks) => ticks.map(clockTime) },
          {
            ...axis,
            font: `12px ${style.fontFamily}`,
            size: 64,
            values: (_, ticks) => ticks.map((tick) => format(tick)),
          },
        ],
        series: [
          {},
          ...lines.map(({ name, colour }) => ({
            label: name,
            stroke: resolved(colour),
            width: 2,
            spanGaps: false,
            points: { show: false },
          })),
        ],
      },
      [[], ...lines.map(() => [])] as unknown as uPlot.AlignedData,
      place.current!,
    );
    plot.current = made;
    const resized = new ResizeObserver(([entry]) => made.setSize({ width: entry!.contentRect.width, height }));
    resized.observe(place.current!);
    return () => {
      resized.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [shape, theme]);
  useEffect(() => {
    const data = [times.map((time) => time / 1000), ...lines.map(({ values }) => values)];
    plot.current?.batch(() => {
      plot.current!.setData(data as uPlot.AlignedData, true);
      plot.current!.setScale('x', { min: from / 1000, max: to / 1000 });
    });
  });
  return (
    <figure style={{ margin: 0 }}>
      <figcaption>
        <span class="hidden">{label}</span>
        <ul class="legend">
          {lines.map(({ name, colour, values }) => {
            const newest = values.at(-1) ?? null;
            return (
              <li key={name}>
                <i style={{ background: `var(${colour})` }} />
                {name} {newest !== null && <b>{format(newest)}</b>}
              </li>
            );
          })}
        </ul>
      </figcaption>
      <div class="plot" ref={place} role="img" aria-label={label} />
    </figure>
  );
}

/** A canvas knows no variables and no light-dark(): the browser works it out on an element. */
function resolved(colour: string): string {
  const probe = document.createElement('i');
  probe.style.color = `var(${colour})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Hours and minutes, and seconds where the step is shorter. */
function clockTime(seconds: number): string {
  const text = new Date(seconds * 1000).toISOString().slice(11, 19);
  return text.endsWith(':00') ? text.slice(0, 5) : text;
}
