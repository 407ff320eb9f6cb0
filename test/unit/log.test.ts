import { createLog, describeError } from "../../src/log";

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  write(createLog("debug", { write: (line) => lines.push(line) }));
  return lines.join("");
}

describe("the log", () => {
  it("keeps credentials and contents out, wherever they hang", () => {
    const text = logged((log) => {
      log.info(
        { authorization: "Bearer s3cret", request: { headers: { cookie: "s3cret" }, variables: ["s3cret"] } },
        "in",
      );
      log.info({ error: { parameters: ["s3cret"] }, body: "s3cret" }, "out");
    });
    expect(text).toContain('"msg":"in"');
    expect(text).not.toContain("s3cret");
  });

  it("keeps of an error its kind, code and place, and nothing of the values it stumbled over", () => {
    const thrown = Object.assign(new Error('duplicate key value "ann@example.com" near +66 81 234 5678'), {
      code: "23505",
      detail: "Key (value)=(ann@example.com) already exists.",
      query: "insert into identifiers values ($1)",
      parameters: ["ann@example.com"],
    });
    const text = logged((log) => log.error({ err: thrown }, "failed"));
    expect(text).toContain("23505");
    expect(text).toContain("duplicate key value");
    expect(text).toContain("log.test.ts");
    for (const value of ["ann@", "already exists", "insert into", "5678"]) expect(text).not.toContain(value);
  });

  it("does not repeat the text that JSON.parse quotes", () => {
    let thrown: unknown;
    try {
      JSON.parse('{"email": ann@example.com}');
    } catch (error) {
      thrown = error;
    }
    expect(JSON.stringify(describeError(thrown))).not.toContain("ann");
  });

  it("follows an error to its cause", () => {
    const cause = Object.assign(new Error("connection refused"), { code: "ECONNREFUSED" });
    expect(describeError(new Error("no answer", { cause }))).toMatchObject({
      message: "no answer",
      cause: { message: "connection refused", code: "ECONNREFUSED" },
    });
  });

  it("says of what is no error only its type", () => {
    expect(describeError({ email: "ann@example.com" })).toBe("object");
  });
});
