import type { ManuscriptReport, ManuscriptSource, TextLength } from '../../protocol/manuscripts';

/** A file of the workspace, and whether it is to be learnt from. */
export interface SurveyedFile extends ManuscriptReport {
  /** As the user knows it: relative to the workspace. */
  readonly label: string;
  readonly chosen: boolean;
}

/** What the workspace holds. */
export interface Survey {
  readonly files: readonly SurveyedFile[];
  /** Files that settings and `.gitignore` leave out; they were not read. */
  readonly excluded: number;
}

/** What is chosen, all files together. */
export interface Totals {
  readonly files: number;
  readonly training: TextLength;
  readonly heldOut: TextLength;
}

/** Below so many characters it cannot become much: some 10,000 are a beginning. */
export const ENOUGH_CHARACTERS = 10_000;

/** Fewer tokens than this are not even one block. */
const MINIMUM_TOKENS = 256;

/** Whether a run can begin with what is chosen. */
export type Sufficiency = 'nothing' | 'too-little' | 'little' | 'enough';

/** At first everything that is Japanese prose is chosen. */
export function surveyOf(
  reports: readonly ManuscriptReport[],
  excluded: number,
  label: (path: string) => string,
): Survey {
  const files = reports.map((report) => ({
    ...report,
    label: label(report.path),
    chosen: report.text !== undefined && report.leftOut === undefined,
  }));
  return { files, excluded };
}

/** Takes a file in or out; one that cannot be read stays out. */
export function choose(survey: Survey, path: string, chosen: boolean): Survey {
  const files = survey.files.map((file) =>
    file.path === path && file.text !== undefined ? { ...file, chosen } : file,
  );
  return { ...survey, files };
}

export function totalsOf({ files }: Survey): Totals {
  const texts = files.flatMap(({ chosen, text }) => (chosen && text !== undefined ? [text] : []));
  const sum = (lengths: readonly TextLength[]): TextLength => ({
    characters: lengths.reduce((total, { characters }) => total + characters, 0),
    tokens: lengths.reduce((total, { tokens }) => total + tokens, 0),
  });
  return {
    files: texts.length,
    training: sum(texts.map(({ training }) => training)),
    heldOut: sum(texts.map(({ heldOut }) => heldOut)),
  };
}

export function sufficiencyOf({ files, training, heldOut }: Totals): Sufficiency {
  if (files === 0) return 'nothing';
  if (training.tokens < MINIMUM_TOKENS) return 'too-little';
  return training.characters + heldOut.characters < ENOUGH_CHARACTERS ? 'little' : 'enough';
}

/** What is chosen, each file in the encoding that it was read in. */
export function chosenFiles(survey: Survey): ManuscriptSource[] {
  return survey.files
    .filter(({ chosen }) => chosen)
    .map(({ path, text }) => ({ path, ...(text && { encoding: text.encoding }) }));
}
