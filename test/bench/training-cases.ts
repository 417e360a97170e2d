import { PEERS, type TrainerName } from './training-measurement';

type Shape = 'xsmall' | 'small' | 'medium';

/** One row of the comparison. */
export interface TrainingCase {
  readonly name: string;
  readonly shape: Shape;
  readonly method: 'full' | 'lora';
  /** Blocks of a step, all computed at once. */
  readonly batch: number;
  readonly peers: readonly TrainerName[];
  /** Measured only with --all. */
  readonly large: boolean;
}

/** Shapes of rinna/japanese-gpt2-*. All trainers of a case are in memory at the same time. */
export const CASES: readonly TrainingCase[] = [
  trainingCase('xsmall', 'lora', 8),
  trainingCase('xsmall', 'full', 8),
  trainingCase('small', 'lora', 4),
  trainingCase('small', 'full', 4),
  trainingCase('medium', 'lora', 1),
  trainingCase('medium', 'lora', 4),
  // 15 GB with one peer.
  trainingCase('medium', 'full', 1, { peers: ['PyTorch fp32'], large: true }),
];

function trainingCase(
  shape: Shape,
  method: 'full' | 'lora',
  batch: number,
  { peers = PEERS, large = false }: { readonly peers?: readonly TrainerName[]; readonly large?: boolean } = {},
): TrainingCase {
  return { name: `${shape} ${method} ×${batch}`, shape, method, batch, peers, large };
}
