/** The part of a language client that ending it takes. */
export interface EndableClient {
  /** The client has started its process, or never will: from here on `serverProcess` tells. */
  readonly forked: Promise<void>;
  readonly serverProcess: { kill(signal: 'SIGKILL'): unknown } | undefined;
  /** Whether the process has answered. */
  isRunning(): boolean;
  /** Called again, it resolves when the start that is under way is through. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Ends a client and its process, however far its start has come. One that is forgotten while it starts would go on, and
 * offer its suggestions beside those of the next.
 *
 * @param warn Called when the process would not end by itself.
 */
export async function endClient(client: EndableClient, warn: (problem: unknown) => void): Promise<void> {
  await client.forked;
  const process = client.serverProcess;
  // Only a client that has started can ask its process to end.
  if (!client.isRunning()) {
    process?.kill('SIGKILL');
    return;
  }
  try {
    // A process that has just answered gets its providers yet, which only a stop after that takes back.
    await client.start();
    await client.stop();
  } catch (problem) {
    warn(problem);
    process?.kill('SIGKILL');
  }
}
