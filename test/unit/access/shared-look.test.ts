import { SharedLook } from "../../../src/access/shared-look";

interface Look {
  readonly begins: () => void;
  readonly end: (failure?: Error) => void;
}

/** Looks under way, in the order in which they were asked for. */
function looking(): { shared: SharedLook; looks: Look[] } {
  const looks: Look[] = [];
  const shared = new SharedLook(
    (_name, begins) =>
      new Promise((resolve, reject) => {
        looks.push({ begins, end: (failure) => (failure ? reject(failure) : resolve()) });
      }),
  );
  return { shared, looks };
}

describe("a look that is shared", () => {
  it("is one for all who ask before it begins, and another for whoever asks afterwards", async () => {
    const { shared, looks } = looking();
    const first = [shared.ask("a"), shared.ask("a")];
    expect(looks).toHaveLength(1);
    looks[0]!.begins();
    const later = shared.ask("a");
    expect(looks).toHaveLength(2);
    looks[0]!.end();
    await Promise.all(first);
    const still = shared.ask("a");
    expect(looks).toHaveLength(2);
    looks[1]!.end();
    await Promise.all([later, still]);
  });

  it("is one for each name", () => {
    const { shared, looks } = looking();
    void shared.ask("a");
    void shared.ask("b");
    expect(looks).toHaveLength(2);
  });

  it("is asked for anew when it failed before it began", async () => {
    const { shared, looks } = looking();
    const failing = shared.ask("a");
    looks[0]!.end(new Error("no connection"));
    await expect(failing).rejects.toThrow("no connection");
    void shared.ask("a");
    expect(looks).toHaveLength(2);
  });
});
