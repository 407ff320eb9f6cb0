import { PREVIEWS_A_TENANT, PreviewQueue } from "../../../src/identity/preview/preview-queue";

/** Works that end when they are told to, with the order in which they began. */
class Works {
  readonly queue = new PreviewQueue();
  readonly began: string[] = [];
  private readonly ends = new Map<string, () => void>();

  add(tenant: string, name: string, signal: AbortSignal | null = null): Promise<string> {
    return this.queue.run(tenant, signal, async () => {
      this.began.push(name);
      await new Promise<void>((resolve) => this.ends.set(name, resolve));
      return name;
    });
  }

  end(name: string): void {
    this.ends.get(name)!();
  }
}

describe("previews in a queue", () => {
  it("run one at a time, tenants in turn, the first of a tenant first", async () => {
    const works = new Works();
    const all = [works.add("a", "a1"), works.add("a", "a2"), works.add("a", "a3"), works.add("b", "b1")];
    for (const [place, name] of ["a1", "b1", "a2", "a3"].entries()) {
      await Promise.resolve();
      while (works.began.length <= place) await Promise.resolve();
      expect(works.began).toEqual(["a1", "b1", "a2", "a3"].slice(0, place + 1));
      works.end(name);
    }
    expect(await Promise.all(all)).toEqual(["a1", "a2", "a3", "b1"]);
  });

  it("are refused beyond a tenant's number at once, and taken again when one has ended", async () => {
    const works = new Works();
    const all = Array.from({ length: PREVIEWS_A_TENANT }, (_, n) => works.add("a", `a${n}`));
    expect(() => works.add("a", "too many")).toThrow("running or waiting already");
    const other = works.add("b", "b");
    while (works.began.length === 0) await Promise.resolve();
    works.end("a0");
    await all[0];
    const more = works.add("a", "more");
    for (const name of ["b", "a1", "a2", "more"]) {
      while (!works.began.includes(name)) await Promise.resolve();
      works.end(name);
    }
    await Promise.all([...all, other, more]);
  });

  it("that are left while they wait never begin and hold nobody up", async () => {
    const works = new Works();
    const leaving = new AbortController();
    const first = works.add("a", "first");
    const left = works.add("a", "left", leaving.signal);
    const last = works.add("a", "last");
    leaving.abort();
    await expect(left).rejects.toThrow("aborted");
    const again = works.add("a", "again");
    await expect(works.add("b", "gone already", AbortSignal.abort())).rejects.toThrow("aborted");
    for (const name of ["first", "last", "again"]) {
      while (!works.began.includes(name)) await Promise.resolve();
      works.end(name);
    }
    await Promise.all([first, last, again]);
    expect(works.began).toEqual(["first", "last", "again"]);
  });

  it("that fail let the next one begin", async () => {
    const { queue } = new Works();
    const failed = queue.run("a", null, () => Promise.reject(new Error("broken")));
    const next = queue.run("a", null, async () => "next");
    await expect(failed).rejects.toThrow("broken");
    expect(await next).toBe("next");
  });
});
