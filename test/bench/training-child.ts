// Our trainer under measurement: a line of JSON on stdin, a line of JSON on stdout.
import { createInterface } from 'node:readline';
import type { z } from 'zod';
import { openCheckpoint } from '../../src/engine/checkpoint/checkpoint';
import { newAdamWState } from '../../src/engine/training/adamw';
import { checkpointParameters, freshLoraParameters } from '../../src/engine/training/parameters';
import { Trainer } from '../../src/engine/training/trainer';
import { WALK_THROUGH } from '../../src/engine/training/training-arguments';
import { type TrainingMethod, TrainingSession } from '../../src/engine/training/training-session';
import { residentMemory } from './resident-memory';
import type { closedSchema, openedSchema, stepSchema, TrainingRequest } from './training-measurement';

async function openTrainer(request: TrainingRequest): Promise<Trainer> {
  const { folder, cacheFolder, threads, blocks, dropout, lora } = request;
  const stored = await openCheckpoint(folder);
  const config = { ...stored.config, attn_pdrop: dropout, embd_pdrop: dropout, resid_pdrop: dropout };
  const checkpoint = { ...stored, config };
  const method: TrainingMethod =
    request.method === 'full'
      ? { method: 'full' }
      : {
          method: 'lora',
          lora: { r: lora.r, scale: lora.lora_alpha / lora.r, targets: lora.target_modules },
          dropout: lora.lora_dropout,
          baseDtype: request.trainer === 'Tsuzuki int8' ? 'int8' : 'fp32',
        };
  const session = await TrainingSession.create(checkpoint, { method, cacheFolder, threads });
  const parameters =
    request.method === 'full' ? await checkpointParameters(checkpoint) : freshLoraParameters(session.trained, 0);
  return new Trainer(session, parameters, newAdamWState(parameters), {
    arguments: { ...WALK_THROUGH, learning_rate: request.learningRate, max_grad_norm: request.maxGradNorm },
    totalSteps: 1000,
    microBatchSize: blocks.length,
  });
}

async function timedStep(trainer: Trainer, blocks: readonly Int32Array[]): Promise<z.infer<typeof stepSchema>> {
  const before = process.cpuUsage();
  const start = performance.now();
  await trainer.step(blocks);
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { ms, processorMs: (user + system) / 1000 };
}

function answer(message: z.infer<typeof openedSchema | typeof stepSchema | typeof closedSchema>): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

let open: { readonly trainer: Trainer; readonly blocks: readonly Int32Array[] } | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  const message: TrainingRequest | 'step' | 'close' = JSON.parse(line);
  if (typeof message === 'object') {
    const blocks = message.blocks.map((block) => Int32Array.from(block));
    open = { trainer: await openTrainer(message), blocks };
    answer({ loss: await open.trainer.evaluate(blocks) });
  } else if (message === 'step' && open !== undefined) {
    answer(await timedStep(open.trainer, open.blocks));
  } else {
    answer({ peakBytes: (await residentMemory()).peak });
  }
}
