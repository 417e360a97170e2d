// Writes FOLDER/tokenizer.json from FOLDER/spiece.model.
//   npm run make:tokenizer-json -- FOLDER
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readLowerCase } from '../src/engine/tokenizer/lower-case';
import { readSentencePieceModel } from '../src/engine/tokenizer/sentencepiece-model';
import { tokenizerJson } from '../src/engine/tokenizer/tokenizer-json';

async function make(folder: string): Promise<void> {
  const model = await readSentencePieceModel(join(folder, 'spiece.model'));
  const lowerCase = await readLowerCase(join(folder, 'tokenizer_config.json'), model);
  const file = join(folder, 'tokenizer.json');
  await writeFile(`${file}.part`, `${JSON.stringify(tokenizerJson(model, { lowerCase }))}\n`);
  await rename(`${file}.part`, file);
  console.log(`${file}: ${model.pieces.length} pieces`);
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Which folder? npm run make:tokenizer-json -- models/tsuzuki-base-ja');
  process.exitCode = 2;
} else {
  void make(folder);
}
