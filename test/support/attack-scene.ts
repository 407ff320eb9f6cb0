import { pino } from "pino";
import { Viewer } from "../../src/access/viewer";
import { FeedSignal } from "../../src/feed/feed-signal";
import { IdentifierInput } from "../../src/identity/identifier-input.type";
import { RulingOutcome } from "../../src/identity/resolve/decision";
import { RulesService } from "../../src/identity/rules/rules.service";
import { RulingService } from "../../src/identity/rulings/ruling.service";
import { EventInput } from "../../src/ingest/event-input.type";
import { IngestService } from "../../src/ingest/ingest.service";
import { IngestResult } from "../../src/ingest/write-result.type";
import { ProfileView } from "../../src/profile/profile-view";
import { OwnRecord, Person } from "./attack-person";
import { TestDatabase } from "./database";
import { event, record } from "./events";
import { Reading } from "./reading";
import { makeViewer } from "./tenant";

export type Said = Partial<Pick<EventInput, "source" | "messageId" | "occurredAt" | "text">> & {
  readonly key?: string | null;
  readonly identifiers: readonly IdentifierInput[];
  readonly attributes?: Record<string, unknown> | null;
};

/** What an agent sees of a customer, but for what strangers claim. */
export interface Sight {
  readonly id: string;
  readonly displayName: string | null;
  /** Source, key and identifiers of every record of which the company itself knows whose it is. */
  readonly records: readonly string[];
  /** The values that hold, of the attributes that the company gave. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** What is on the timeline of those records. */
  readonly texts: readonly string[];
  /** Whom each of their identifiers finds. */
  readonly found: Readonly<Record<string, string | undefined>>;
}

const TOLD_AT = "2026-01-01T09:00:00.000Z";
const UPSERTED_AT = "2026-01-02T00:00:00.000Z";

/** One server, its database, and those who talk to it. */
export class Company {
  readonly reading: Reading;
  readonly rulings: RulingService;
  private readonly service: IngestService;

  private constructor(
    readonly db: TestDatabase,
    private readonly viewer: Viewer,
  ) {
    const rules = new RulesService(db.database);
    const signal = new FeedSignal(db.database, pino({ level: "silent" }));
    this.reading = new Reading(db);
    this.rulings = new RulingService(db.database, rules, signal);
    this.service = new IngestService(db.database, rules, signal);
  }

  static async open(db: TestDatabase): Promise<Company> {
    return new Company(db, await makeViewer(db.database));
  }

  get tenantId(): string {
    return this.viewer.tenantId;
  }

  /** With the company's own key, or with the one that everybody can read in its web page. */
  ingest(events: EventInput[], by: "INTEGRATION" | "PUBLIC"): Promise<IngestResult[]> {
    return this.service.ingest({ ...this.viewer, role: by }, events);
  }

  async upsert(records: readonly OwnRecord[], complete = false, observedAt = UPSERTED_AT): Promise<void> {
    const inputs = records.map((one) => record({ ...one, identifiers: [...one.identifiers], complete, observedAt }));
    const results = await this.service.upsertRecords(this.viewer, inputs);
    expect(results.map(({ code }) => code)).toEqual(results.map(() => null));
  }
}

/** Two customers who have nothing to do with each other, and strangers who would like to change that. */
export class Scene {
  private strangers = 0;

  constructor(
    readonly company: Company,
    readonly number: number,
    readonly ann = new Person("ann", number),
    readonly bob = new Person("robert", number),
  ) {}

  /** A value of this case alone. */
  readonly own = (word: string): string => `${word}-${this.number}`;

  /** What an agent has to see of a customer of whom the company told just this. */
  expected(person: Person): Omit<Sight, "id" | "found" | "texts"> {
    const given = ({ source, key, identifiers }: OwnRecord) => {
      const at = source === "hubspot" ? UPSERTED_AT : TOLD_AT;
      const told = identifiers.map(
        ({ kind, value, assurance }) => `${kind} ${value} ${assurance ?? "ASSERTED"} ${at} ${at}`,
      );
      return `${source} ${key}: ${told.sort().join(", ")}`;
    };
    const attributes = Object.entries(person.attributes)
      .filter(([name]) => GIVEN.has(name))
      .map(([name, value]) => [name, { value, source: "hubspot" }]);
    return {
      displayName: `${person.attributes.givenName} ${person.attributes.familyName}`,
      records: person.records.map(given).sort(),
      attributes: { ...Object.fromEntries(attributes), language: { value: "th", source: "line" } },
    };
  }

  /** The company's systems tell of people. */
  readonly arrive = async (...people: readonly Person[]): Promise<void> => {
    const records = people.flatMap((person) => person.records);
    await this.company.upsert(records.filter(({ source }) => source === "hubspot"));
    await this.tell(...records.filter(({ source }) => source !== "hubspot"));
  };

  /** With the company's key; answers with the profile of the last. A fresh person of the till, unless a key is given. */
  readonly tell = async (...said: readonly Said[]): Promise<string> => {
    const results = await this.company.ingest(
      said.map((one) => this.event("till", one)),
      "INTEGRATION",
    );
    expect(results.map(({ status }) => status)).toEqual(said.map(() => "ACCEPTED"));
    return results.at(-1)!.profileId!;
  };

  /** With the public key: all of it is taken, and the answer says nothing. A fresh visitor, unless a key is given. */
  readonly claim = async (...said: readonly Said[]): Promise<void> => {
    for (const result of await this.tryToClaim(...said))
      expect(result).toMatchObject({ status: "ACCEPTED", code: null });
  };

  readonly tryToClaim = async (...said: readonly Said[]): Promise<IngestResult[]> => {
    const results = await this.company.ingest(
      said.map((one) => this.event("web", one)),
      "PUBLIC",
    );
    for (const { interactionId, profileId } of results) expect([interactionId, profileId]).toEqual([null, null]);
    return results;
  };

  /** An honest visitor of the web site claims these; answers with the id of the visitor's record. */
  readonly visit = async (...identifiers: readonly IdentifierInput[]): Promise<string> => {
    const key = this.own("visitor");
    await this.claim({ key, identifiers });
    return this.recordId("web", key);
  };

  /** The company's own record, where strangers have named its key as well. */
  readonly recordId = async (source: string, key: string): Promise<string> => {
    const rows = await this.company.db.ownerQuery<{ record_id: string }>(
      "select record_id from records where source = $1 and key = $2 order by claimed",
      [source, key],
    );
    return rows[0]!.record_id;
  };

  /** As an agent: any id of a profile or a record. */
  readonly profile = async (id: string): Promise<ProfileView> => {
    const { reading, tenantId } = this.company;
    return reading.profiles.getById(reading.operation(tenantId), id);
  };

  readonly profileIdOf = async ({ source, key }: OwnRecord): Promise<string> =>
    (await this.profile(await this.recordId(source, key))).id;

  /** The profiles that hold the records which the company sent of a person; of one who is whole, one. */
  readonly profilesOf = async (person: Person): Promise<string[]> => {
    const rows = await this.company.db.ownerQuery<{ profile_id: string }>(
      `select distinct profile_id from records
       join unnest($1::text[], $2::text[]) sent(source, key) using (source, key) where not claimed`,
      [person.records.map(({ source }) => source), person.records.map(({ key }) => key)],
    );
    return rows.map((row) => row.profile_id);
  };

  /** An agent rules that these are one customer; answers with the ruling. */
  readonly merge = (...ids: readonly string[]): Promise<string> =>
    this.ruled(this.company.rulings.merge(this.agent, ids));

  /** An agent rules that these records are not the rest of the profile. */
  readonly split = (id: string, ...recordIds: readonly string[]): Promise<string> =>
    this.ruled(this.company.rulings.split(this.agent, id, recordIds));

  readonly revoke = (rulingId: string): Promise<string> =>
    this.ruled(this.company.rulings.revoke(this.agent, rulingId));

  /** As an agent, who asks by each of the person's identifiers. */
  async see(person: Person): Promise<Sight> {
    const { reading, tenantId } = this.company;
    const operation = reading.operation(tenantId);
    const finding = person.identifiers.map(async (one) => {
      const found = await reading.profiles.find(operation, { identifier: one });
      return [one.kind, found?.id] as const;
    });
    const profile = await this.profile(await this.recordId("app", person.appRecord.key));
    return {
      id: profile.id,
      displayName: profile.displayName,
      records: believed(profile),
      attributes: Object.fromEntries(
        profile.attributes
          .filter(({ name }) => GIVEN.has(name))
          .map(({ name, value, source }) => [name, { value, source }]),
      ),
      texts: await this.textsOf(profile.records.filter(isBelieved).map(({ id }) => id)),
      found: Object.fromEntries(await Promise.all(finding)),
    };
  }

  /** What is on the timelines of these records. */
  readonly textsOf = async (recordIds: readonly string[]): Promise<string[]> => {
    const rows = await this.company.db.ownerQuery<{ text: string }>(
      "select text from interactions where record_id = any($1) order by text",
      [recordIds],
    );
    return rows.map(({ text }) => text);
  };

  private get agent() {
    return { tenantId: this.company.tenantId, actor: "an agent", reason: "the customer said so" };
  }

  private async ruled(outcome: Promise<RulingOutcome>): Promise<string> {
    const ruled = await outcome;
    if ("refused" in ruled) throw new Error(ruled.refused);
    return ruled.rulingId;
  }

  private event(source: string, { key, identifiers, attributes = null, ...fields }: Said): EventInput {
    const subject = {
      key: key === undefined ? this.own(`stranger-${++this.strangers}`) : key,
      identifiers: [...identifiers],
      attributes,
    };
    return event({ source, ...fields, subject });
  }
}

const GIVEN: ReadonlySet<string> = new Set(["givenName", "familyName", "dateOfBirth", "city", "language"]);

/** Whether it holds an identifier which the company gave. */
function isBelieved({ identifiers }: ProfileView["records"][number]): boolean {
  return identifiers.some(({ assurance }) => assurance !== "CLAIMED");
}

/** The records that hold an identifier which the company gave, with those identifiers. */
function believed(profile: ProfileView): string[] {
  const told = profile.records.map(({ source, key, identifiers }) => {
    const given = identifiers
      .filter(({ assurance }) => assurance !== "CLAIMED")
      .map(({ kind, value, assurance, firstSeenAt, lastSeenAt }) =>
        [kind, value, assurance, firstSeenAt, lastSeenAt].join(" "),
      );
    return given.length > 0 ? `${source} ${key}: ${given.sort().join(", ")}` : "";
  });
  return told.filter((line) => line !== "").sort();
}
