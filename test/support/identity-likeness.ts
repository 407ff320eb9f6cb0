import fc from "fast-check";
import { Facts, PersonFacts } from "../../src/identity/resolve/facts";
import { contradictionOf } from "../../src/identity/resolve/person-conflicts";
import { DEFAULT_RULES, ResolutionRules } from "../../src/identity/resolve/resolution-rules";
import { PersonProfile, personProfile } from "../../src/identity/similarity/person-profile";
import { joinsByItself, LAST_STEP, SimilarPair, stepOf } from "../../src/identity/similarity/similar-pair";
import { similarPairs } from "../../src/identity/similarity/similar-pairs";
import { SimilarityRules } from "../../src/identity/similarity/similarity-rules";
import { Density } from "./identity-arbitrary";
import { Crowd, REAL, Resolve, Subject } from "./identity-properties";
import { Alike } from "./identity-reference";
import { World } from "./identity-world";

/** More of a person than tells two CRM records apart. */
interface Person extends PersonFacts {
  readonly generation?: string;
  readonly street?: string;
}

/** A family of which two bear one name, with slips: likeness joins some of them and is contradicted by others. */
const person: fc.Arbitrary<Person> = fc.record(
  {
    givenName: fc.constantFrom("katherine", "katherine", "catherine", "leonard", "k"),
    familyName: fc.constantFrom("hathersage", "hathersage", "hathersedge", "lindqvist"),
    birthDate: fc.constantFrom("1978-11-12", "1978-12-11", "1990-03-04"),
    generation: fc.constantFrom("jr", "sr"),
    street: fc.constantFrom("12 elm street", "9 oak road"),
  },
  { requiredKeys: [] },
);

function crowd(density: Omit<Density, "person">, similarity: Partial<SimilarityRules>, more: object): Crowd {
  const compared = { ...DEFAULT_RULES.similarity, enabled: true, autoThreshold: 8, reviewThreshold: 2, ...similarity };
  return { density: { ...density, person }, rules: { ...DEFAULT_RULES, ...more, similarity: compared } };
}

/** Nearly everybody is alike, and every limit is crossed all the time. */
export const DENSE_LIKENESS = crowd(
  {
    kinds: ["USER_ID", "EMAIL", "PHONE", "CRM_ID"],
    valuesPerKind: 2,
    operations: { minLength: 8, maxLength: 20 },
  },
  { blockLimit: 4 },
  { sharedLimits: { default: 3, byKind: { EMAIL: 2 } }, cap: 6 },
);

/** Few have a value in common, so that likeness does most of the joining. */
export const SPARSE_LIKENESS = crowd(
  { kinds: ["USER_ID", "EMAIL", "PHONE", "LINE_ID"], valuesPerKind: 12, operations: { minLength: 8, maxLength: 24 } },
  {},
  {},
);

/** Nothing is asked of a pair but its strength. */
export const UNGUARDED_LIKENESS = crowd(
  { kinds: ["USER_ID", "EMAIL", "CRM_ID"], valuesPerKind: 3, operations: { minLength: 8, maxLength: 20 } },
  { guard: false },
  { cap: 6 },
);

interface Described {
  readonly id: string;
  readonly profile: PersonProfile;
}

/** How pairs are found. */
export interface Comparing {
  fromNothing(records: readonly Described[], rules: SimilarityRules): SimilarPair[];
  /** What becomes of the pairs there are when some records say something else. */
  after(
    kept: readonly SimilarPair[],
    records: readonly Described[],
    changed: ReadonlySet<string>,
    rules: SimilarityRules,
  ): SimilarPair[];
}

const REAL_COMPARING: Comparing = {
  fromNothing: similarPairs,
  after: (_kept, records, _changed, rules) => similarPairs(records, rules),
};

/** A world in which persons are compared, too. */
export class LikeWorld extends World {
  private readonly described = new Map<string, PersonProfile>();
  private readonly profiles = new Map<string, PersonProfile>();
  private pairs: readonly SimilarPair[] = [];
  private joining: readonly SimilarPair[] = [];

  constructor(
    private readonly likeRules: ResolutionRules,
    resolve?: Resolve,
    private readonly comparing: Comparing = REAL_COMPARING,
  ) {
    super(likeRules, resolve);
  }

  override alike(): Alike {
    const { similarity } = this.likeness();
    const { profiles, pairs } = similarity!;
    const rules = this.likeRules.similarity;
    return {
      guard: rules.guard,
      pairs: pairs
        .filter((pair) => joinsByItself(pair, rules))
        .map((pair) => ({
          a: pair.recordA,
          b: pair.recordB,
          step: stepOf(pair) === LAST_STEP ? "LAST" : stepOf(pair),
        })),
      contradict: (a, b, how) => contradictionOf(profiles.get(a)!, profiles.get(b)!, how === "STATED") !== null,
      isElderOrYounger: (id) => (profiles.get(id)!.name?.generation ?? null) !== null,
    };
  }

  protected override likeness(): Required<Pick<Facts, "similarity">> {
    const all = this.describeAll();
    const pairs = this.comparing.fromNothing(all, this.likeRules.similarity);
    return { similarity: { profiles: new Map(all.map(({ id, profile }) => [id, profile])), pairs } };
  }

  protected override keptLikeness(loaded: ReadonlySet<string>): Pick<Facts, "similarity"> {
    const profiles = new Map([...this.described].filter(([id]) => loaded.has(id)));
    const pairs = this.pairs.filter(({ recordA, recordB }) => loaded.has(recordA) || loaded.has(recordB));
    return { similarity: { profiles, pairs } };
  }

  protected override compareAnew(): string[] {
    const all = this.describeAll();
    const changed = new Set(
      all.filter(({ id, profile }) => written(this.described.get(id)) !== written(profile)).map(({ id }) => id),
    );
    for (const { id, profile } of all) this.described.set(id, profile);
    const before = new Map(this.pairs.map((pair) => [JSON.stringify(pair), pair]));
    this.pairs = this.comparing.after(this.pairs, all, changed, this.likeRules.similarity);
    this.joining = this.pairs.filter((pair) => joinsByItself(pair, this.likeRules.similarity));
    const now = new Map(this.pairs.map((pair) => [JSON.stringify(pair), pair]));
    const other = [...before, ...now].filter(([text]) => before.has(text) !== now.has(text)).map(([, pair]) => pair);
    return [...changed, ...other.flatMap(({ recordA, recordB }) => [recordA, recordB])];
  }

  protected override alikeTo(recordId: string): string[] {
    return this.joining.flatMap(({ recordA, recordB }) =>
      recordA === recordId ? [recordB] : recordB === recordId ? [recordA] : [],
    );
  }

  private describeAll(): Described[] {
    const values = new Map(this.values().map((value) => [value.id, value]));
    return [...this.records.values()].map(({ id, person: said }) => {
      const { givenName, familyName, birthDate, generation, street } = said as Person;
      const own = [...this.links.values()]
        .filter(({ recordId, assurance }) => recordId === id && assurance !== "CLAIMED")
        .map(({ identifierId }) => values.get(identifierId)!)
        .filter(({ status }) => status === "LIVE" || status === "CLAIMS_SHARED")
        .map(({ kind, namespace, value }) => ({ kind, namespace, value: spelled(kind, value) }));
      const place = street && { line: street, city: "arlington", postalCode: "23208" };
      const attributes = { givenName, familyName, dateOfBirth: birthDate, generation, address: place };
      const known = Object.entries(attributes).filter(([, value]) => value !== undefined);
      const text = JSON.stringify([known, own]);
      const profile = this.profiles.get(text) ?? personProfile(Object.fromEntries(known), own);
      this.profiles.set(text, profile);
      return { id, profile };
    });
  }
}

const MAILBOXES = ["kate.h", "kate.hathersage", "lindqvist", "leo", "post", "rowan", "office", "quince", "yew", "teak"];

/** A world's values are numbers; people are compared by addresses and telephones. */
function spelled(kind: string, value: string): string {
  if (kind === "EMAIL") return `${MAILBOXES[Number(value) % MAILBOXES.length]}@example.${value.length}`;
  return kind === "PHONE" ? `+6681234567${Number(value) % 10}` : value;
}

function written(profile: PersonProfile | undefined): string {
  return JSON.stringify(profile, (_, value) => (value instanceof Map ? [...value] : value)) ?? "";
}

export const COMPARED: Subject = { ...REAL, makeWorld: (rules, resolve) => new LikeWorld(rules, resolve) };
