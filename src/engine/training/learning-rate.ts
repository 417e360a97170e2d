/** Names and meaning of Hugging Face's schedules. */
export type LrSchedulerType = 'linear' | 'cosine' | 'constant';

export interface LearningRateSchedule {
  readonly lr_scheduler_type: LrSchedulerType;
  readonly learning_rate: number;
  /** Steps in which the rate rises from 0. */
  readonly warmup_steps: number;
}

/** The learning rate of the step with index `step` of `totalSteps`, counted from 0. */
export function learningRateAt(schedule: LearningRateSchedule, step: number, totalSteps: number): number {
  const { lr_scheduler_type, learning_rate, warmup_steps } = schedule;
  if (step < warmup_steps) return (learning_rate * step) / warmup_steps;
  const progress = Math.min(1, (step - warmup_steps) / Math.max(1, totalSteps - warmup_steps));
  switch (lr_scheduler_type) {
    case 'constant':
      return learning_rate;
    case 'linear':
      return learning_rate * (1 - progress);
    case 'cosine':
      return learning_rate * 0.5 * (1 + Math.cos(Math.PI * progress));
  }
}
