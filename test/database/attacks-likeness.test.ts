import { DEFAULT_RULES } from "../../src/identity/resolve/resolution-rules";
import { LIKENESS, unlikeOthers } from "../support/attack-likeness";
import { Company } from "../support/attack-scene";
import { STANDING } from "../support/attack-standing";
import { attackFailsAndTwinJoins } from "../support/attack-trial";
import { openTestDatabase, TestDatabase } from "../support/database";

const ATTACKS = [...LIKENESS, ...STANDING];

describe("where persons are compared, an attack fails and its twin joins:", () => {
  let db: TestDatabase;
  let company: Company;

  beforeAll(async () => {
    db = await openTestDatabase();
    company = await Company.open(db);
    const similarity = { ...DEFAULT_RULES.similarity, enabled: true };
    await db.ownerQuery("insert into identity_rules values ($1, 2, $2, 0, now(), 'test')", [
      company.tenantId,
      JSON.stringify({ similarity }),
    ]);
    await db.ownerQuery("update feeds set rules_version = 2, rules_applied = 2");
    await db.ownerQuery("insert into similarity_states values ($1, 2, true, null, 0)", [company.tenantId]);
  });

  afterAll(() => db.close());

  test.each(ATTACKS.map((attack, place) => [attack.name, attack, place + 1] as const))(
    "%s",
    async (_, attack, number) => attackFailsAndTwinJoins(unlikeOthers(company, number), attack),
  );

  it("of which there are at least twenty", () => {
    expect(ATTACKS.length).toBeGreaterThanOrEqual(20);
  });
});
