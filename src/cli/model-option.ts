import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import { HubError } from '../engine/hub/hub-error';
import { DOWNLOAD_RECORD, HUB_MODEL } from '../protocol/download';
import { EMBEDDED_MODEL, modelsFolder } from './folders';

/** `--model`: a folder, or the id of a model that `tsuzuki download` has fetched. */
export function modelOption(): Option {
  return new Option('--model <folder>', 'Hugging Face model folder, or owner/name of a downloaded model')
    .default(EMBEDDED_MODEL, 'embedded')
    .argParser(modelFolder);
}

/** @throws {HubError} not-downloaded, where it can be an id, and is neither a folder nor a model that is here */
export function modelFolder(written: string): string {
  const [, id, revision] = HUB_MODEL.exec(written) ?? [];
  if (id === undefined || revision !== undefined || existsSync(written)) return written;
  const folder = join(modelsFolder(), id);
  if (existsSync(join(folder, DOWNLOAD_RECORD))) return folder;
  throw new HubError('not-downloaded', written);
}
