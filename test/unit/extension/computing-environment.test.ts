import { expect, test } from 'vitest';
import { computingEnvironment } from '../../../src/extension/computing-environment';

test.each([
  [undefined, 'glibc.malloc.hugetlb=1'],
  ['', 'glibc.malloc.hugetlb=1'],
  ['glibc.malloc.hugetlb=0', 'glibc.malloc.hugetlb=1:glibc.malloc.hugetlb=0'],
])('tunables %j of the C library become %j', (own, tunables) => {
  expect(computingEnvironment({ GLIBC_TUNABLES: own })).toEqual({
    ORT_DISABLE_TELEMETRY: '1',
    GLIBC_TUNABLES: tunables,
  });
});
