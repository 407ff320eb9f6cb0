import { requirePermission } from "../../access/permissions";
import { Viewer } from "../../access/viewer";
import { Instant } from "../../db/column-types";
import { DomainError } from "../../errors";
import { DeadLetterService } from "../dead-letters/dead-letter.service";
import { Item } from "../pipeline/adapter";
import { ItemIntake } from "../pipeline/item-intake";
import { isObject } from "../reading/payload";
import { CALL_TYPES, CallType, readCall } from "./call";
import { PUBLIC_TRACKING, TRACKING } from "./sources";

/** The largest request, in bytes once unpacked. */
export const TRACKING_BODY_MAX = 500 * 1024;
/** The largest call, in bytes. */
const CALL_MAX = 32 * 1024;

export type TrackingPath = CallType | "batch" | "import";

/** Short names are those that the clients for browsers use. */
const PATHS: ReadonlyMap<string, TrackingPath> = new Map<string, TrackingPath>([
  ...CALL_TYPES.map((type) => [type, type] as const),
  ["batch", "batch"],
  ["import", "import"],
  ["i", "identify"],
  ["t", "track"],
  ["p", "page"],
  ["s", "screen"],
  ["g", "group"],
  ["a", "alias"],
  ["b", "batch"],
]);

/** What a path below `/v1/` is for, or null when there is no such path. */
export function trackingPath(name: string): TrackingPath | null {
  return PATHS.get(name) ?? null;
}

/**
 * The tracking spec, as clients of Segment and RudderStack speak it.
 *
 * Promises: what is answered is committed. A call that comes alone is taken or refused; of a batch each is judged by
 * itself, and those that cannot be taken go to the dead letters while their neighbours go in. A messageId is taken once.
 * Trusts: the viewer's role to tell a claim from an assertion.
 *
 * @see https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/
 */
export class TrackingService {
  constructor(
    private readonly intake: ItemIntake,
    private readonly deadLetters: DeadLetterService,
  ) {}

  /**
   * @param size of the body, in bytes
   * @throws DomainError FORBIDDEN, BAD_USER_INPUT, LIMIT_EXCEEDED
   */
  async take(viewer: Viewer, path: TrackingPath, body: unknown, size: number, receivedAt: Instant): Promise<void> {
    requirePermission(viewer, "INGEST");
    if (!isObject(body)) throw new DomainError("BAD_USER_INPUT", "The body has to be a JSON object in UTF-8.");
    const trusted = viewer.role !== "PUBLIC";
    const source = trusted ? TRACKING : PUBLIC_TRACKING;
    const origin = { tenantId: viewer.tenantId, source, trusted, timesVary: true, hasRemovals: false };
    const frame = { sentAt: body.sentAt, receivedAt, source, isHistoric: path === "import" };
    if (path !== "batch" && path !== "import") {
      const item = size > CALL_MAX ? tooLarge(body) : readCall(body, { ...frame, type: path });
      if (item.kind === "UNREADABLE") throw new DomainError("BAD_USER_INPUT", item.reason);
      const { untaken } = await this.intake.take(origin, [item]);
      if (untaken[0]) throw new DomainError("BAD_USER_INPUT", untaken[0].reason);
      return;
    }
    const { batch } = body;
    if (!Array.isArray(batch)) throw new DomainError("BAD_USER_INPUT", "batch has to be a list of calls.");
    const items = batch.map((call: unknown): Item => {
      return size > CALL_MAX && isTooLarge(call) ? tooLarge(call) : readCall(call, { ...frame, type: null });
    });
    const { untaken } = await this.intake.take(origin, items);
    await this.deadLetters.keep(origin, TRACKING, untaken, null, receivedAt);
  }
}

function isTooLarge(call: unknown): boolean {
  try {
    return Buffer.byteLength(JSON.stringify(call)) > CALL_MAX;
  } catch {
    // Nested deeper than the stack reaches: nothing that a call would be.
    return true;
  }
}

function tooLarge(payload: unknown): Item {
  return { kind: "UNREADABLE", reason: `A call has at most ${CALL_MAX} bytes.`, payload };
}
