import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadPeople } from "./load-people";
import { Stage } from "./stage";

/** Made beyond those that are held: enough for all rounds of a measurement. */
const NEXT = 60_000;

/** A database of a tenant that holds so many records with similarity on; kept for later runs, so it is to be left as it is. */
export function heldPeople(stage: Stage, held: number, seed: number): Promise<string> {
  const people = { held, next: Math.min(NEXT, held), seed };
  return stage.reusable(`people_${held}`, { ...people, compared: comparedBy() }, (client, url) =>
    loadPeople(client, url, people),
  );
}

/** What decides which keys and pairs are stored: data of an earlier run is of use only where it would be the same. */
function comparedBy(): string {
  const folder = join(__dirname, "..", "src", "identity", "similarity");
  const digest = createHash("sha256");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  for (const file of files.sort()) digest.update(readFileSync(join(folder, file)));
  return digest.digest("hex");
}
