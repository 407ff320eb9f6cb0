import { Instant } from "../../../db/column-types";
import { parseInstant } from "../../../graphql/date-time";
import { isObject } from "../../reading/json-body";

/** One member of an entry cannot be read; the message names it and says what it should be. */
export class UnreadableField extends Error {}

/** Reads the members of one JSON object by name, each of its type. What is null counts as left out. */
export class Fields {
  constructor(
    private readonly members: Readonly<Record<string, unknown>>,
    private readonly path = "",
  ) {}

  text(name: string): string {
    return this.maybeText(name) ?? this.fail(name, "has to be a text");
  }

  maybeText(name: string): string | null {
    const value = this.members[name] ?? null;
    return value === null || typeof value === "string" ? value : this.fail(name, "has to be a text");
  }

  instant(name: string): Instant {
    return this.maybeInstant(name) ?? this.fail(name, "has to be a moment such as 2026-01-31T09:30:00Z");
  }

  maybeInstant(name: string): Instant | null {
    const text = this.maybeText(name);
    if (text === null) return null;
    return parseInstant(text) ?? this.fail(name, "has to be a moment such as 2026-01-31T09:30:00Z");
  }

  oneOf<T extends string>(name: string, values: readonly T[], otherwise?: T): T {
    const value = this.members[name] ?? otherwise;
    return values.find((known) => known === value) ?? this.fail(name, `has to be one of ${values.join(", ")}`);
  }

  flag(name: string): boolean {
    const value = this.members[name] ?? false;
    return typeof value === "boolean" ? value : this.fail(name, "has to be true or false");
  }

  json(name: string): unknown {
    return this.members[name] ?? null;
  }

  object(name: string): Fields {
    const value = this.members[name];
    return isObject(value) ? new Fields(value, `${this.path}${name}.`) : this.fail(name, "has to be an object");
  }

  objects(name: string): Fields[] {
    const value = this.members[name] ?? [];
    if (!Array.isArray(value)) return this.fail(name, "has to be a list");
    return value.map((entry: unknown, place) => {
      return isObject(entry)
        ? new Fields(entry, `${this.path}${name}[${place}].`)
        : this.fail(`${name}[${place}]`, "has to be an object");
    });
  }

  texts(name: string): string[] {
    const value = this.members[name];
    if (Array.isArray(value) && value.every((entry) => typeof entry === "string")) return value;
    return this.fail(name, "has to be a list of texts");
  }

  private fail(name: string, what: string): never {
    throw new UnreadableField(`${this.path}${name} ${what}.`);
  }
}
