import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const fixtures = process.env.TSUZUKI_FIXTURES;

/** Name and path of each work of 青空文庫 among the fixtures, which may not be copied into the repository. */
export const AOZORA_WORKS = ['aozora', 'roujin_to_umi'].flatMap((folder) => {
  if (fixtures === undefined || !existsSync(join(fixtures, folder))) return [];
  const names = readdirSync(join(fixtures, folder)).filter((name) => /(?:_\d+|\.sjis)\.txt$/u.test(name));
  return names.map((name) => [name, join(fixtures, folder, name)] as const);
});
