import { z } from 'zod';
import { LENGTHS, type LengthParams } from '../protocol/length';
import { SAMPLING_BOUNDS, type Settings } from '../protocol/settings';

/** A paragraph that is asked for may be so many times as long as suggestions are otherwise. */
const PARAGRAPH_TOKENS = 3;

const schema = z.object({ uri: z.string(), length: z.enum(LENGTHS) });

/** The length that the writer wants the next suggestion on request to have. */
export class WantedLength {
  #wanted: LengthParams | undefined;

  /** @param params Of `tsuzuki/length`; what is of another shape is ignored. */
  want(params: unknown): void {
    const wanted = schema.safeParse(params);
    if (wanted.success) this.#wanted = wanted.data;
  }

  /** The settings for the next request for a document. It is the one that the wish was for, if it was. */
  take(uri: string): (settings: Settings) => Settings {
    const wanted = this.#wanted;
    this.#wanted = undefined;
    if (wanted?.uri !== uri) return (settings) => settings;
    const { length: stopAt } = wanted;
    return ({ sampling, ...settings }) => {
      const most = stopAt === 'paragraph' ? PARAGRAPH_TOKENS * sampling.maxNewTokens : sampling.maxNewTokens;
      const maxNewTokens = Math.min(most, SAMPLING_BOUNDS.maxNewTokens.maximum);
      return { ...settings, stopAt, sampling: { ...sampling, maxNewTokens } };
    };
  }
}
