import { type ModelSurvey, PARTIAL_SUFFIX } from '../../protocol/download';
import { PATIENCE } from './connection-failure';
import type { HubModel } from './download-model';
import { readPlan, receivedOf } from './download-plan';
import { inCache } from './hub-cache';
import { lookUpModel } from './repository';

/**
 * What the hub says of a model before anything large is fetched, and how much of it is here.
 *
 * @throws {HubError}
 * @throws {CheckpointError} where it is not a GPT-2
 */
export async function surveyModel(model: HubModel): Promise<ModelSurvey> {
  const { id, revision, folder, hub, cache, patience = PATIENCE, signal } = model;
  const { plan } = await lookUpModel(hub, id, revision, { patience, signal });
  const places = [folder, `${folder}${PARTIAL_SUFFIX}`];
  const plans = await Promise.all(places.map(readPlan));
  let presentBytes = 0;
  for (const file of plan.files) {
    const sameContent = (i: number) =>
      plans[i]?.files.some(({ name, hash }) => name === file.name && hash.hex === file.hash.hex);
    const received = await Promise.all(
      places.map((place, i) => (sameContent(i) === true ? receivedOf(place, file) : 0)),
    );
    const cached = (await inCache(cache, plan, file)) === undefined ? 0 : file.size;
    presentBytes += Math.max(cached, ...received);
  }
  return {
    id,
    commit: plan.commit,
    ...(plan.license !== undefined && { license: plan.license }),
    totalBytes: plan.files.reduce((sum, { size }) => sum + size, 0),
    presentBytes,
    parameters: plan.parameters,
    host: hub.host,
  };
}
