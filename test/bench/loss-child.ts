import { LanguageModel } from '../../src/engine/inference/language-model';
import { scoreText } from '../../src/engine/inference/score';
import { answerMeasurement } from './answer-measurement';
import { heldOutTexts } from './held-out-text';
import type { LossMeasurement, LossRequest } from './loss-measurement';

/** Japanese prose has more characters than tokens; this many of each text are more than enough. */
const CHARACTERS_PER_TOKEN = 1.7;

/** So few tokens at a time that attention goes as it does while decoding, where a cache may be rounded too. */
const CHUNK = 16;

async function measure(request: LossRequest): Promise<LossMeasurement> {
  const { folder, cacheFolder, precision, textFile, tokens } = request;
  const texts = await heldOutTexts(textFile);
  const model = await LanguageModel.open(folder, { cacheFolder, precision, logitsOf: 'all', prefillChunk: CHUNK });
  const part = Math.ceil((tokens / texts.length) * CHARACTERS_PER_TOKEN);
  let nats = 0;
  let predicted = 0;
  for (const text of texts) {
    const score = await scoreText(model, text.slice(0, part), model.config.n_positions - 1);
    nats += score.nats;
    predicted += Math.max(0, score.tokens - 1);
  }
  await model.close();
  return { nats, predicted };
}

await answerMeasurement(measure);
