import { execFileSync } from "node:child_process";
import { join } from "node:path";

/**
 * Runs a piece of a module in a process of its own: the loader of the tests takes no packages that are modules only. The
 * code has `input` and answers with what it gives to `answer`.
 */
export function askModule<Answer>(code: string, input: unknown): Answer {
  const whole = `import { text } from "node:stream/consumers";
    const input = JSON.parse(await text(process.stdin));
    const answer = (value) => process.stdout.write(JSON.stringify(value));
    ${code}`;
  const options = { cwd: join(__dirname, "../.."), input: JSON.stringify(input), encoding: "utf8" } as const;
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", whole], options)) as Answer;
}
