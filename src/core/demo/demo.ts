import { withMetadata } from '../metadata/connect.js';
import { seedIfEmpty } from '../metadata/seed.js';
import type { Plan } from '../pipeline/plan.js';
import { ask } from '../query/ask.js';
import { queryNamed } from '../query/catalogue.js';
import type { Rows } from '../query/collect.js';
import { bindParameters } from '../query/parameters.js';
import { type GenerateTask, generate } from '../run/generate/generate.js';
import { parseGenerateFlags } from '../run/generate/options.js';
import type { GenerateSummary } from '../run/generate/summary.js';
import { startPipe } from '../run/pipe-process.js';
import { chosenPipeline, findPipeline } from '../run/pipeline-source.js';
import { processPipeline } from '../run/process/process-pipeline.js';
import type { ProcessReport } from '../run/process/process-report.js';
import { newestOf } from '../run/process/raised-alerts.js';
import type { Home } from '../runtime/home.js';
import type { Quantiles } from '../runtime/latency-histogram.js';
import type { Runtime } from '../runtime/runtime.js';
import { connectReader } from '../sink/client.js';
import { resolveEndpoints, type StackEvent, type StackStatus } from '../stack/stack.js';
import type { VerifyReport } from '../verify/report.js';
import { verifyPipeline } from '../verify/verify.js';
import { startOwnStack } from './own-stack.js';

export interface DemoOptions {
  /** One of the two, as everywhere; ecommerce without either. */
  domain?: string;
  pipeline?: string;
  rate: string;
  duration: string;
  seed?: string;
  /** Leave the stack and its data when done. */
  keep: boolean;
  onStep(step: string): void;
  onStack(event: StackEvent): void;
  observe: GenerateTask['observe'];
}

export interface DemoReport {
  home: string;
  stack: StackStatus;
  generate: GenerateSummary;
  /** Of the engine that ran beside the generator, and of what was left to catch up with. */
  process: ProcessReport;
  verify: VerifyReport;
  latency_ms: Quantiles;
  /** Newest rows of the pipeline's windows, by window. */
  newest: Record<string, Rows>;
}

const newestRows = 5;

/** The whole loop on a stack of its own, in a temporary home and on free ports; nothing of it is left unless `keep`. */
export async function demo(runtime: Runtime, options: DemoOptions): Promise<DemoReport> {
  const plan = findPipeline(runtime, options);
  const flags = parseGenerateFlags({ rate: options.rate, duration: options.duration, seed: options.seed });
  options.onStep('starting Kafka, PostgreSQL and ClickHouse');
  const stack = await startOwnStack(runtime, options.onStack);
  const { home, status } = stack;
  try {
    return { home: home.root, stack: status, ...(await loop(runtime, home, plan, flags, options)) };
  } finally {
    if (!options.keep) {
      options.onStep('stopping');
      await stack.remove();
    }
  }
}

async function loop(
  runtime: Runtime,
  home: Home,
  plan: Plan,
  flags: ReturnType<typeof parseGenerateFlags>,
  options: DemoOptions,
): Promise<Omit<DemoReport, 'home' | 'stack'>> {
  const { onStep, observe } = options;
  const { pipeline } = chosenPipeline(runtime, options);
  const endpoints = await resolveEndpoints(runtime, home, undefined, ['kafka', 'postgres', 'clickhouse']);
  onStep('seeding the metadata');
  await withMetadata(endpoints.postgres, (client) => seedIfEmpty(client, runtime, plan));
  onStep(`generating ${flags.rate} events/s and processing them as they come`);
  const select = pipeline ? ['--pipeline', pipeline] : ['--domain', plan.name];
  const engine = startPipe<ProcessReport>(runtime, 'engine', ['process', ...select, '--home', home.root]);
  await engine.began;
  let generated: GenerateSummary;
  let live: ProcessReport;
  try {
    generated = await generate({ runtime, home, profile: undefined, plan, observe }, flags);
    live = await engine.stop();
  } catch (error) {
    engine.kill();
    throw error;
  }
  onStep('processing what is left, open windows included');
  const rest = await processPipeline(runtime, home, plan, endpoints, {
    engine: 'builtin',
    workers: 1,
    untilCaughtUp: true,
  });
  onStep('computing every window anew to compare');
  const verify = await verifyPipeline(runtime, home, plan, endpoints);
  return {
    generate: generated,
    process: together(live, rest),
    verify,
    latency_ms: live.latency_ms,
    newest: await newestWindows(runtime, plan, endpoints.clickhouse),
  };
}

/** Two runs after each other as one; rates and latencies are those of the live one. */
function together(live: ProcessReport, rest: ProcessReport): ProcessReport {
  return {
    ...live,
    consumed: live.consumed + rest.consumed,
    aggregated: live.aggregated + rest.aggregated,
    late: live.late + rest.late,
    duplicates: live.duplicates + rest.duplicates,
    dead_letters: live.dead_letters + rest.dead_letters,
    windows_emitted: live.windows_emitted + rest.windows_emitted,
    alerts: live.alerts + rest.alerts,
    newest_alerts: newestOf([...live.newest_alerts, ...rest.newest_alerts]),
  };
}

async function newestWindows(
  runtime: Runtime,
  plan: Plan,
  endpoint: Parameters<typeof connectReader>[0],
): Promise<Record<string, Rows>> {
  const client = connectReader(endpoint);
  try {
    const newest: Record<string, Rows> = {};
    for (const { name } of plan.windows.slice(0, 2)) {
      const query = queryNamed(plan, `${name}_latest`);
      const statement = { sql: query.sql, params: bindParameters(query, { limit: String(newestRows) }) };
      const asked = await ask(
        client,
        statement,
        { format: 'table', exactText: true, out: runtime.stdout, timeoutMs: 30_000 },
        runtime.clock,
      );
      if (asked.kind === 'rows') newest[name] = { columns: asked.columns, rows: asked.rows };
    }
    return newest;
  } finally {
    await client.close();
  }
}
