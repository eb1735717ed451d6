import { z } from 'zod';
import { duration } from '../../values.js';
import { kindForm, type SettingsProblem } from '../form.js';
import { withinForget } from '../within-forget.js';

const step = z.strictObject({
  where: z.string(),
  /** So often, with anything in between. */
  at_least: z.int().min(1).max(1_000, 'expected at most 1000').default(1),
  /** The last step only: that it does not come. */
  absent: z.boolean().default(false),
});

export const sequence = kindForm({
  settings: {
    steps: z.array(step).min(1, 'expected at least one step'),
    /** From the first step to the last. */
    within: duration,
    /** All steps have the same value of this; observations without one take part in none. */
    same: z.string().optional(),
  },
  inputs: ({ steps, same }) => [
    ...steps.map(({ where }, index) => ({ path: ['steps', index, 'where'], text: where, takes: 'condition' as const })),
    ...(same === undefined ? [] : [{ path: ['same'], text: same, takes: 'value' as const }]),
  ],
  problems: ({ steps, within }, common) => [...withinForget({ within }, common), ...stepProblems(steps)],
});

function stepProblems(steps: readonly z.output<typeof step>[]): SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  steps.forEach(({ absent, at_least }, index) => {
    const path = ['steps', index];
    if (absent && (index < steps.length - 1 || index === 0))
      problems.push({ path: [...path, 'absent'], message: 'only the last of several steps can be absent' });
    if (absent && at_least > 1)
      problems.push({ path: [...path, 'at_least'], message: 'what is absent has no number: leave at_least out' });
  });
  if (steps.length === 1 && steps[0]!.at_least === 1 && !steps[0]!.absent)
    problems.push({
      path: ['steps'],
      message: 'one step that comes once is no sequence: use kind threshold, or at_least',
    });
  return problems;
}
