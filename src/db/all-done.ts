/**
 * As `Promise.all`, but what failed is told only when nothing is under way any more: what would be sent behind the end of
 * its transaction would run in somebody else's.
 */
export async function allDone<T extends readonly unknown[] | []>(
  work: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work);
  return Promise.all(work) as Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }>;
}
