import type { Reporter, TestModule } from 'vitest/node';

/** The mark in the name of a test that reads fixtures which may not be copied into the repository. */
const NEEDS = 'needs TSUZUKI_FIXTURES';

/** Says in one line how many tests were skipped for want of fixtures. */
export default class SkippedFixtures implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    let skipped = 0;
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) if (test.fullName.includes(NEEDS)) skipped++;
    }
    if (skipped === 0) return;
    const why = process.env.TSUZUKI_FIXTURES === undefined ? 'it is not set' : 'the folder it names lacks their files';
    console.log(`${skipped} skipped: they need the folder of fixtures that TSUZUKI_FIXTURES names, and ${why}.`);
  }
}
