import { FeedPoint } from "../feed/cursor";
import { earlier, later } from "../timeline/instant-order";
import { summarizeChannels } from "./channel-summary";
import { decideDisplayName } from "./display-name";
import { ListedIdentifier, listIdentifiers } from "./identifier-list";
import { KnownProfile, KnownRecord, seen } from "./known-profile";
import { ChannelSummary, Profile, SourceRecord } from "./profile.type";
import { resolveAttributes, Survivor } from "./survivorship";

/** A source record as clients see it. What is asked for is worked out when it is asked for. */
export class RecordView implements SourceRecord {
  constructor(private readonly known: KnownRecord) {}

  get id(): string {
    return this.known.id;
  }

  get source(): string {
    return this.known.source;
  }

  get key(): string {
    return this.known.key;
  }

  get claimed(): boolean {
    return this.known.claimed;
  }

  get firstSeenAt(): string {
    return seen(this.known).firstSeenAt;
  }

  get lastSeenAt(): string {
    return seen(this.known).lastSeenAt;
  }

  get identifiers(): readonly ListedIdentifier[] {
    return listIdentifiers([this.known]);
  }
}

/** A customer as clients see one, derived from what is known of the records. What is asked for is worked out then. */
export class ProfileView implements Profile {
  private listed: readonly ListedIdentifier[] | undefined;
  private survivors: readonly Survivor[] | undefined;

  constructor(
    private readonly known: KnownProfile,
    readonly handle: string,
    private readonly cursorOf: (point: FeedPoint) => string,
    private readonly sourcePriority: readonly string[],
  ) {}

  get cursor(): string {
    return this.cursorOf(this.known.point);
  }

  get id(): string {
    return this.known.id;
  }

  get displayName(): string | null {
    return decideDisplayName(this.attributes, this.identifiers);
  }

  get identifiers(): readonly ListedIdentifier[] {
    this.listed ??= listIdentifiers(this.known.records);
    return this.listed;
  }

  get attributes(): readonly Survivor[] {
    this.survivors ??= resolveAttributes(this.known.records, this.sourcePriority);
    return this.survivors;
  }

  get records(): readonly RecordView[] {
    return this.known.records.map((record) => new RecordView(record));
  }

  get channels(): readonly ChannelSummary[] {
    return summarizeChannels(this.known.records);
  }

  get firstSeenAt(): string {
    return this.known.records.map((record) => seen(record).firstSeenAt).reduce(earlier);
  }

  get lastSeenAt(): string {
    return this.known.records.map((record) => seen(record).lastSeenAt).reduce(later);
  }

  get formerIds(): readonly string[] {
    return this.known.records.map(({ id }) => id).filter((id) => id !== this.known.id);
  }

  /** Undefined for a record of another profile. */
  findRecord(id: string): RecordView | undefined {
    const record = this.known.records.find((known) => known.id === id);
    return record && new RecordView(record);
  }
}
