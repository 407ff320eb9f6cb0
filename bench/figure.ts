import { arch, cpus, loadavg, release, totalmem, type } from "node:os";
import { Client } from "pg";
import { version } from "../package.json";
import { rounded } from "./median";
import { Sizes } from "./sizes";

/** One measured figure, as it is printed: a line of JSON. */
export interface Figure {
  readonly figure: string;
  /** What the value is, in words. */
  readonly means: string;
  readonly value: number;
  readonly target?: { readonly atLeast: number } | { readonly atMost: number };
  /** What the value was computed from: medians and what each round gave. */
  readonly measured: Readonly<Record<string, unknown>>;
  readonly sizes: Partial<Sizes>;
}

/** The machine and the versions, which stand in every line: a figure without them says nothing. */
export interface Surroundings {
  readonly machine: Readonly<Record<string, unknown>>;
  readonly versions: Readonly<Record<string, string>>;
}

export async function describeSurroundings(databaseUrl: string): Promise<Surroundings> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const settings = await client.query<{ name: string; setting: string }>(
      "select name, current_setting(name) as setting from unnest($1::text[]) name",
      [["server_version", "fsync", "synchronous_commit", "shared_buffers"]],
    );
    const { server_version: postgres = "", ...server } = Object.fromEntries(
      settings.rows.map(({ name, setting }) => [name, setting]),
    );
    return {
      machine: {
        processor: cpus()[0]?.model ?? "unknown",
        cores: cpus().length,
        memoryGb: Math.round(totalmem() / 2 ** 30),
        system: `${type()} ${release()} ${arch()}`,
        postgres: server,
      },
      versions: { onefold: version, node: process.versions.node, postgres },
    };
  } finally {
    await client.end();
  }
}

export function printFigure(figure: Figure, { machine, versions }: Surroundings): void {
  const { figure: name, means, value, target, measured, sizes } = figure;
  const met = target && ("atLeast" in target ? value >= target.atLeast : value <= target.atMost);
  const line = {
    figure: name,
    means,
    value: rounded(value),
    ...target,
    met,
    measured,
    sizes,
    // What else ran on the machine shows here: a quiet one has less than the processes of the measurement itself.
    machine: { ...machine, loadAverage: rounded(loadavg()[0]!) },
    versions,
    at: new Date().toISOString(),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** What is under way; on standard error, so that standard output is figures alone. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}
