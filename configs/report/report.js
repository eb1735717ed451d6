// Draws the record that stands in the page. No host is asked for anything.
(() => {
  const record = JSON.parse(document.getElementById('data').textContent);
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const stages = ['ack', 'process', 'e2e', 'canary', 'window', 'sink'].filter((stage) => record.latency_ms[stage]);
  const hues = {
    ack: 210,
    process: 265,
    e2e: 150,
    canary: 35,
    window: 330,
    sink: 185,
    generator: 35,
    engine: 150,
    kafka: 210,
    clickhouse: 330,
    postgres: 265,
    bench: 0,
  };
  const colour = (name) => `hsl(${hues[name] ?? 0} ${name === 'bench' ? 0 : 65}% ${dark.matches ? 65 : 42}%)`;
  const whole = (value) => Math.round(value).toLocaleString('en-US');
  const figure = (value) =>
    value === null || value === undefined
      ? '-'
      : Math.abs(value) >= 100
        ? whole(value)
        : String(Number(value.toPrecision(3)));
  const text = (id, value) => {
    document.getElementById(id).textContent = value;
  };

  document.title = `pipe bench: ${record.workload.name}, ${record.time}`;
  text('title', `pipe bench: ${record.workload.name}`);
  text('description', record.workload.description);
  const words = {
    pass: 'every threshold holds',
    fail: 'a threshold fails',
    stopped: 'stopped before its end',
    aborted: 'ended by a threshold',
  };
  text('verdict', words[record.verdict]);
  document.getElementById('verdict').className = record.verdict;
  text('machine', record.machine);

  table(
    'thresholds',
    ['', { text: 'threshold', kind: 'text' }, 'measured'],
    record.thresholds.map(({ ok, expression, actual }) => [
      { text: ok ? '✓' : '✗', kind: ok ? 'good' : 'bad' },
      { text: expression, code: true },
      actual === null ? 'not measured' : figure(actual),
    ]),
  );
  const { throughput, accounting } = record;
  const target = throughput.target === 'max' ? 'max' : whole(throughput.target);
  figures([
    [`${whole(throughput.achieved)}/s`, `of ${target} for ${figure(record.duration_s)} s`],
    [whole(accounting.stored), 'rows stored'],
    [`${whole(accounting.missing)} / ${whole(accounting.extra)}`, 'missing / extra'],
    [record.accuracy === null ? 'not verified' : `${record.accuracy.toFixed(3)} %`, 'accuracy'],
    [`${figure(record.latency_ms.e2e?.p99)} ms`, 'e2e p99'],
    [`${figure(record.schedule_lag_ms.p99)} ms`, 'behind schedule p99'],
    [whole(throughput.dropped), 'dropped'],
  ]);
  const quantiles = ['p50', 'p90', 'p95', 'p99', 'p999', 'max'];
  const rows = [
    ...stages.map((stage) => [stage, record.latency_ms[stage]]),
    ...Object.entries(record.query_ms).map(([name, of]) => [`query ${name}`, of]),
    ['behind schedule', record.schedule_lag_ms],
  ];
  table(
    'latency',
    ['stage', 'count', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max', 'below 0'],
    rows.map(([name, of]) => [name, whole(of.count), ...quantiles.map((each) => figure(of[each])), whole(of.negative)]),
  );
  const environment = Object.entries(record.environment).flatMap(([name, value]) =>
    value !== null && typeof value === 'object'
      ? Object.entries(value).map(([inner, each]) => [`${name}.${inner}`, each])
      : [[name, value]],
  );
  const load = Object.entries(record.workload)
    .filter(([, value]) => value !== undefined && typeof value !== 'object')
    .map(([name, value]) => [`workload.${name}`, value]);
  table(
    'environment',
    ['setting', { text: 'value', kind: 'text' }],
    [...environment, ...load].map(([name, value]) => [name, { text: String(value), kind: 'text' }]),
  );
  if (record.find_max) {
    document.getElementById('search').hidden = false;
    table(
      'attempts',
      ['phase', 'rate', 'achieved', 'lag grows by', '', { text: 'why not', kind: 'text' }],
      record.find_max.attempts.map((attempt) => [
        attempt.phase,
        whole(attempt.rate),
        whole(attempt.achieved),
        `${figure(attempt.lag_slope)} ± ${figure(attempt.lag_slope_error)}/s`,
        { text: attempt.sustained ? '✓' : '✗', kind: attempt.sustained ? 'good' : 'bad' },
        { text: attempt.reasons.join('; '), kind: 'text' },
      ]),
    );
  }
  draw();
  dark.addEventListener('change', draw);
  let waiting;
  addEventListener('resize', () => {
    clearTimeout(waiting);
    waiting = setTimeout(draw, 150);
  });

  function draw() {
    for (const element of document.querySelectorAll('.plot')) element.replaceChildren();
    percentilePlot();
    const { series } = record;
    const seconds = series.map(({ t_s }) => t_s);
    const over = stages.flatMap((stage) =>
      [
        ['p50', [4, 4]],
        ['p99', undefined],
      ].map(([name, dash]) => ({
        label: `${stage} ${name}`,
        stroke: colour(stage),
        dash,
        width: name === 'p99' ? 2 : 1,
        spanGaps: true,
        show: ['ack', 'e2e', 'canary'].includes(stage),
        values: series.map(({ latency_ms }) => latency_ms[stage]?.[name] ?? null),
      })),
    );
    plot('over-time', seconds, over, { x: 'seconds', y: 'ms', log: true });
    plot(
      'throughput',
      seconds,
      [
        { label: 'scheduled', stroke: colour('bench'), dash: [4, 4], values: series.map((each) => each.scheduled) },
        { label: 'acknowledged', stroke: colour('ack'), values: series.map((each) => each.acked) },
        { label: 'judged', stroke: colour('process'), values: series.map((each) => each.consumed) },
        { label: 'stored', stroke: colour('e2e'), values: series.map((each) => each.stored) },
      ],
      { x: 'seconds', y: 'events/s' },
    );
    plot(
      'lag',
      seconds,
      [{ label: 'lag', stroke: colour('window'), fill: true, values: series.map((each) => each.lag) }],
      { x: 'seconds', y: 'records behind', height: 180 },
    );
    const processes = Object.keys(record.cpu_s);
    plot(
      'cpu',
      seconds,
      processes.map((name) => ({
        label: name,
        stroke: colour(name),
        spanGaps: true,
        values: series.map((each) => each.cpu_s[name] ?? null),
      })),
      { x: 'seconds', y: 'cores', height: 220 },
    );
  }

  /** The x axis is logarithmic in what is left to 100 %: 90, 99 and 99.9 lie equally far apart. */
  function percentilePlot() {
    const positions = [
      ...new Set(stages.flatMap((stage) => record.percentiles[stage].map(([percentile]) => place(percentile)))),
    ].sort((a, b) => a - b);
    const lines = stages.map((stage) => {
      const known = new Map(record.percentiles[stage].map(([percentile, ms]) => [place(percentile), ms]));
      return {
        label: stage,
        stroke: colour(stage),
        width: 2,
        spanGaps: true,
        show: stage !== 'sink',
        values: positions.map((at) => known.get(at) ?? null),
      };
    });
    plot('percentiles', positions, lines, {
      x: 'percentile',
      y: 'ms',
      log: true,
      height: 340,
      ticks: percentTicks(positions.at(-1) ?? 1),
    });
  }

  function place(percentile) {
    return -Math.log10(1 - percentile / 100);
  }

  function percentTicks(end) {
    return {
      splits: Array.from({ length: Math.floor(end) + 1 }, (_, nines) => nines),
      label: (nines) => (nines === 0 ? '0 %' : `${(100 - 10 ** (2 - nines)).toFixed(Math.max(0, nines - 2))} %`),
    };
  }

  function plot(id, xs, lines, { x, y, log = false, height = 280, ticks }) {
    const element = document.getElementById(id);
    const ink = getComputedStyle(document.documentElement).getPropertyValue('--soft').trim();
    const grid = getComputedStyle(document.documentElement).getPropertyValue('--line').trim();
    const axis = (label) => ({
      label,
      stroke: ink,
      grid: { stroke: grid, width: 1 },
      ticks: { stroke: grid },
      labelSize: 18,
      font: '12px system-ui',
      labelFont: '12px system-ui',
    });
    const shown = log
      ? lines.map((line) => ({
          ...line,
          values: line.values.map((value) => (value === null || value <= 0 ? null : value)),
        }))
      : lines;
    new uPlot(
      {
        width: element.clientWidth - 16,
        height,
        legend: { live: true },
        scales: {
          x: { time: false },
          y: log ? { distr: 3 } : { range: (_, __, most) => [0, Math.max(1, most * 1.05)] },
        },
        axes: [
          {
            ...axis(x),
            ...(ticks ? { splits: () => ticks.splits, values: (_, splits) => splits.map(ticks.label) } : {}),
          },
          {
            ...axis(y),
            size: 64,
            values: (_, splits) =>
              splits.map((value) =>
                value === null
                  ? ''
                  : value >= 1e6
                    ? `${value / 1e6} M`
                    : value >= 1e4
                      ? `${value / 1e3} k`
                      : String(Number(value.toPrecision(4))),
              ),
          },
        ],
        series: [
          {
            label: x,
            value: (_, at) => (at === null ? '-' : ticks ? `${(100 - 100 * 10 ** -at).toFixed(3)} %` : String(at)),
          },
          ...shown.map(({ values, fill, ...line }) => ({
            width: 1.5,
            points: { show: false },
            ...line,
            ...(fill ? { fill: `${line.stroke.slice(0, -1)} / 0.15)` } : {}),
            value: (_, value) => figure(value),
          })),
        ],
      },
      [xs, ...shown.map(({ values }) => values)],
      element,
    );
  }

  function table(id, heads, rows) {
    const element = document.getElementById(id);
    const row = (cells, tag) => {
      const line = document.createElement('tr');
      for (const cell of cells) {
        const {
          text,
          kind = '',
          code = false,
        } = typeof cell === 'object' && cell !== null ? cell : { text: String(cell) };
        const item = document.createElement(tag);
        item.className = kind;
        if (code) {
          const inner = document.createElement('code');
          inner.textContent = text;
          item.append(inner);
          item.classList.add('text');
        } else item.textContent = text;
        line.append(item);
      }
      return line;
    };
    const head = document.createElement('thead');
    head.append(row(heads, 'th'));
    const body = document.createElement('tbody');
    body.append(...rows.map((cells) => row(cells, 'td')));
    element.replaceChildren(head, body);
  }

  function figures(list) {
    document.getElementById('figures').replaceChildren(
      ...list.map(([value, label]) => {
        const item = document.createElement('div');
        item.className = 'figure';
        const big = document.createElement('b');
        big.textContent = value;
        const small = document.createElement('span');
        small.textContent = label;
        item.append(big, small);
        return item;
      }),
    );
  }
})();
