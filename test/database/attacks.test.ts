import { Attack } from "../support/attack";
import { BRIDGES, HOPS, SPELLED } from "../support/attack-claims";
import { CROWDS } from "../support/attack-crowds";
import { FATE } from "../support/attack-fate";
import { JUNK } from "../support/attack-junk";
import { OWN_RECORDS } from "../support/attack-records";
import { RULINGS } from "../support/attack-rulings";
import { Company, Scene } from "../support/attack-scene";
import { attackFailsAndTwinJoins } from "../support/attack-trial";
import { openTestDatabase, TestDatabase } from "../support/database";

const ATTACKS: readonly Attack[] = [
  ...[...BRIDGES, ...SPELLED, ...HOPS, ...OWN_RECORDS],
  ...[...CROWDS, ...RULINGS, ...FATE, ...JUNK],
];

/**
 * An attack succeeds when it joins two customers whom the company knows, takes one apart, or reads, overwrites or answers
 * a look-up: when anything changes that an agent sees of them, other than what is marked as claimed. None does; and its
 * legitimate twin, though it looks much the same, joins.
 */
describe("an attack fails and its twin joins:", () => {
  let db: TestDatabase;
  let company: Company;

  beforeAll(async () => {
    db = await openTestDatabase();
    company = await Company.open(db);
  });

  afterAll(() => db.close());

  test.each(ATTACKS.map((attack, place) => [attack.name, attack, place + 1] as const))(
    "%s",
    async (_, attack, number) => {
      await attackFailsAndTwinJoins(new Scene(company, number), attack);
    },
  );

  it("of which there are at least sixty", () => {
    expect(ATTACKS.length).toBeGreaterThanOrEqual(60);
  });
});
