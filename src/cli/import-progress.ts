/** Shows on a terminal how much of a model has been quantised; the line goes when all has. Elsewhere nothing is shown. */
export function importProgress(stream: NodeJS.WriteStream): ((share: number) => void) | undefined {
  if (!stream.isTTY) return undefined;
  return (share) => {
    stream.cursorTo(0);
    stream.clearLine(0);
    if (share < 1) stream.write(`quantising the model: ${Math.floor(100 * share)} %`);
  };
}
