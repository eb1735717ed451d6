import type { SendFigures } from '../run/generate/send-run.js';
import type { Sample } from './sample.js';

export function generatorSamples(figures: () => SendFigures): () => Sample[] {
  return () => {
    const { sent, acked } = figures();
    return [
      { name: 'pipe_generator_sent_records_total', value: sent },
      { name: 'pipe_generator_acked_records_total', value: acked },
    ];
  };
}
