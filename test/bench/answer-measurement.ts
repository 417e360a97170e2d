/** In a process that `childMeasurement` started: measures what was asked for and answers. */
export async function answerMeasurement<Request, Answer>(
  measure: (request: Request) => Promise<Answer>,
): Promise<void> {
  const request: Request = JSON.parse(process.argv[2] ?? 'null');
  const answer = await measure(request);
  // Disconnecting lets the process end; what was sent goes out first.
  process.send?.(answer);
  process.disconnect();
}
