/** A command's result depends on its arguments alone, not on how fast the machine is: all prompts go in chunks of this. */
export const PREFILL_CHUNK = 128;
