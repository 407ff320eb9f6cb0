import { Readers } from "../../src/server/execute";

/** Whoever asked may be told. */
export const EVERY_READER: Readers = { stillOpens: async () => true, confirmRead: async () => undefined };
