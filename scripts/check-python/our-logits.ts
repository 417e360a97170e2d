import { openCheckpoint } from '../../src/engine/checkpoint/checkpoint';
import { openAdapter } from '../../src/engine/checkpoint/peft-adapter';
import { slotFor } from '../../src/engine/inference/adapter-slot';
import { DecoderSession } from '../../src/engine/inference/decoder-session';
import type { LogitsToCompute } from './hugging-face';

/** What inference says, [texts, tokens, vocabulary]. */
export async function ourLogits({ model, adapter, ids }: LogitsToCompute, cacheFolder: string): Promise<Float32Array> {
  const checkpoint = await openCheckpoint(model);
  const opened = adapter === null ? undefined : await openAdapter(adapter, checkpoint.config, model);
  const session = await DecoderSession.create(checkpoint, {
    logitsOf: 'all',
    cacheFolder,
    slot: opened && slotFor(opened, undefined),
  });
  try {
    session.useAdapter(opened);
    const width = (ids[0]?.length ?? 0) * checkpoint.config.vocab_size;
    const logits = new Float32Array(ids.length * width);
    for (const [i, tokens] of ids.entries()) logits.set(await session.forward(tokens, session.newCache()), i * width);
    return logits;
  } finally {
    await session.release();
  }
}
