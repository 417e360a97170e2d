import type { Reporter, TestModule } from 'vitest/node';

/** The mark in the name of a test that reads fixtures which may not be copied into the repository. */
const NEEDS = 'needs TSUZUKI_FIXTURES';

/** The mark in the name of a test that watches system calls, with the reason why it cannot. */
const NEEDS_STRACE = /\(needs strace: ([^)]*)\)/;

/** Says in a line each how many tests were skipped for want of fixtures, and of leave to watch processes. */
export default class SkippedFixtures implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    let skipped = 0;
    const unwatched: string[] = [];
    for (const module of modules) {
      for (const { fullName } of module.children.allTests('skipped')) {
        if (fullName.includes(NEEDS)) skipped++;
        unwatched.push(...(NEEDS_STRACE.exec(fullName)?.slice(1) ?? []));
      }
    }
    if (unwatched.length > 0) console.log(`${unwatched.length} skipped: they watch system calls, and ${unwatched[0]}.`);
    if (skipped === 0) return;
    const why = process.env.TSUZUKI_FIXTURES === undefined ? 'it is not set' : 'the folder it names lacks their files';
    console.log(`${skipped} skipped: they need the folder of fixtures that TSUZUKI_FIXTURES names, and ${why}.`);
  }
}
