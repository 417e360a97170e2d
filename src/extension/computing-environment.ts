/** Pages of 2 MiB for what is allocated at once: a model's memory in pages of 4 KiB takes up to a second to be given. */
const LARGE_PAGES = 'glibc.malloc.hugetlb=1';

/**
 * Environment variables for the processes that load ONNX Runtime, over those of this one.
 *
 * @param own This process's variables.
 */
export function computingEnvironment(own: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const { GLIBC_TUNABLES: tunables } = own;
  return {
    // The runtime's Linux builds carry a telemetry uploader, which looks for this when it is loaded.
    ORT_DISABLE_TELEMETRY: '1',
    // Read by the C library of most Linux systems, by nothing elsewhere. The last of two settings counts: a user's own.
    GLIBC_TUNABLES: tunables ? `${LARGE_PAGES}:${tunables}` : LARGE_PAGES,
  };
}
