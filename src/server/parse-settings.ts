import { z } from 'zod';
import { DEFAULT_SETTINGS, SAMPLING_BOUNDS, type Settings, STOP_AT, TRIGGER_MODES } from '../protocol/settings';

const { sampling } = DEFAULT_SETTINGS;

/** A number outside its bounds becomes the nearest allowed one; anything else becomes the default. */
function bounded(name: keyof typeof SAMPLING_BOUNDS, fallback: number) {
  const { minimum, maximum, integer } = SAMPLING_BOUNDS[name];
  return z
    .number()
    .transform((value) => Math.min(maximum, Math.max(minimum, integer ? Math.round(value) : value)))
    .catch(fallback);
}

const schema = z.object({
  enabled: z.boolean().catch(DEFAULT_SETTINGS.enabled),
  languages: z.array(z.string()).catch([...DEFAULT_SETTINGS.languages]),
  triggerMode: z.enum(TRIGGER_MODES).catch(DEFAULT_SETTINGS.triggerMode),
  stopAt: z.enum(STOP_AT).catch(DEFAULT_SETTINGS.stopAt),
  sampling: z
    .object({
      temperature: bounded('temperature', sampling.temperature),
      topK: bounded('topK', sampling.topK),
      topP: bounded('topP', sampling.topP),
      minP: bounded('minP', sampling.minP),
      repetitionPenalty: bounded('repetitionPenalty', sampling.repetitionPenalty),
      maxNewTokens: bounded('maxNewTokens', sampling.maxNewTokens),
      alternatives: bounded('alternatives', sampling.alternatives),
      seed: z.union([z.null(), z.int().min(0).max(SAMPLING_BOUNDS.seed.maximum)]).catch(sampling.seed),
    })
    .catch(sampling),
});

/** Settings from whatever a client sent; what is missing or wrong is the default, never an error. */
export function parseSettings(input: unknown): Settings {
  const parsed = schema.safeParse(input ?? {});
  return parsed.success ? parsed.data : DEFAULT_SETTINGS;
}
