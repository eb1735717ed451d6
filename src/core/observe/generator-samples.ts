import type { SendFigures } from '../run/generate/send-run.js';
import type { Sample } from './sample.js';

export function generatorSamples(figures: () => Pick<SendFigures, 'sent' | 'acked' | 'behind'>): () => Sample[] {
  return () => {
    const { sent, acked, behind } = figures();
    return [
      { name: 'pipe_generator_sent_records_total', value: sent },
      { name: 'pipe_generator_acked_records_total', value: acked },
      { name: 'pipe_generator_schedule_lag_seconds', value: behind },
    ];
  };
}
