/** The text around the cursor. */
export interface Place {
  readonly before: string;
  readonly restOfLine: string;
}
