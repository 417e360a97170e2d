import { build } from '../../scripts/build.mjs';

/** The tests of processes start what users start: the bundles, built from the sources as they are. */
export async function setup() {
  await build();
}
