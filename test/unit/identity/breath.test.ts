import { Breath } from "../../../src/identity/breath";

describe("long work", () => {
  it("lets others have their turn once it has gone on for some milliseconds, and then again", async () => {
    let now = 100;
    const breath = new Breath(() => now);
    now += 4;
    expect(breath.isDue).toBe(false);
    now += 1;
    expect(breath.isDue).toBe(true);
    await breath.take();
    expect(breath.isDue).toBe(false);
    now += 5;
    expect(breath.isDue).toBe(true);
  });

  it("goes on after those who were waiting", async () => {
    const order: string[] = [];
    setImmediate(() => order.push("who was waiting"));
    await new Breath().take();
    order.push("the work");
    expect(order).toEqual(["who was waiting", "the work"]);
  });
});
