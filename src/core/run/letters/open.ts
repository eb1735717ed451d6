import { connectKafka, type KafkaClient } from '../../broker/client.js';
import { partitionsOf } from '../../broker/topics.js';
import { choiceOf } from '../../pipeline/choice.js';
import type { Plan } from '../../pipeline/plan.js';
import { missingError } from '../../runtime/errors.js';
import type { Home } from '../../runtime/home.js';
import type { Runtime } from '../../runtime/runtime.js';
import { resolveEndpoints } from '../../stack/stack.js';
import type { LetterKind } from './letter.js';

export interface LettersTask {
  runtime: Runtime;
  home: Home;
  profile: string | undefined;
  plan: Plan;
}

export interface OpenLetters {
  client: KafkaClient;
  topic: string;
  partitions: number;
}

/** Connects for as long as `use` works with the topic. Throws a missing error when there is no such topic yet. */
export async function withLetters<Result>(
  { runtime, home, profile, plan }: LettersTask,
  kind: LetterKind,
  use: (open: OpenLetters) => Promise<Result>,
): Promise<Result> {
  const endpoints = await resolveEndpoints(runtime, home, profile, ['kafka']);
  const client = await connectKafka(endpoints.kafka, 'pipe-dlq', runtime.clock);
  try {
    const topic = kind === 'dead' ? plan.topics.deadLetters : plan.topics.late;
    const partitions = await partitionsOf(client, topic);
    if (partitions === undefined)
      throw missingError(
        `there is no topic ${topic} yet: no engine has run for ${plan.name}`,
        `It comes with the first: pipe process ${choiceOf(plan)} --until-caught-up`,
        'NO_TOPIC',
      );
    return await use({ client, topic, partitions });
  } finally {
    await client.close();
  }
}
