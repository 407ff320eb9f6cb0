import { setImmediate } from "node:timers/promises";
import { NONE_PASSED } from "../../../src/identity/preview/preview-examples";
import { PreviewStream } from "../../../src/identity/preview/preview-stream";
import { RulesDifference } from "../../../src/identity/rules/rules-difference";

const ANSWER: RulesDifference = {
  ...{ records: 1_000, joined: 1, split: 2, largestProfile: 3 },
  window: { passed: NONE_PASSED, examples: { JOINED: [], SPLIT: [] }, hasMore: { JOINED: false, SPLIT: false } },
};
const END = { done: true, value: undefined };

describe("the stream of a preview", () => {
  it("begins with waiting and ends with the answer", async () => {
    const stream = new PreviewStream();
    expect(await stream.next()).toEqual({
      done: false,
      value: { phase: "WAITING", done: 0, total: 0, difference: null },
    });
    const next = stream.next();
    stream.tell("READING", 0, 1_000);
    expect(await next).toMatchObject({ value: { phase: "READING", done: 0, total: 1_000 } });
    stream.follow(Promise.resolve(ANSWER));
    expect(await stream.next()).toMatchObject({
      value: { phase: "DONE", done: 1_000, total: 1_000, difference: ANSWER },
    });
    expect(await stream.next()).toEqual(END);
    expect(await stream.next()).toEqual(END);
  });

  it("keeps the newest for a reader who is slow, and loses no answer", async () => {
    const stream = new PreviewStream();
    for (let done = 0; done <= 1_000; done += 50) stream.tell("RESOLVING", done, 1_000);
    expect(await stream.next()).toMatchObject({ value: { phase: "RESOLVING", done: 1_000 } });
    const answer = Promise.resolve(ANSWER);
    stream.follow(answer);
    await answer;
    stream.tell("RESOLVING", 1_000, 1_000);
    const events = [];
    for await (const event of stream) events.push(event);
    expect(events).toMatchObject([{ phase: "DONE" }]);
  });

  it("tells a phase in a hundred steps, however often it is told", async () => {
    const stream = new PreviewStream();
    let told = -1;
    const reading = (async () => {
      for await (const _ of stream) told += 1;
    })();
    for (let done = 0; done <= 10_000; done += 1) {
      stream.tell("READING", done, 10_000);
      await setImmediate();
    }
    await stream.return();
    await reading;
    expect(told).toBeGreaterThan(90);
    expect(told).toBeLessThanOrEqual(101);
  });

  it("has an event until it is delivered, and a newer one in its place", async () => {
    const stream = new PreviewStream();
    const [waiting] = await stream.peek();
    expect(await stream.peek()).toEqual([waiting]);
    stream.tell("READING", 0, 1_000);
    const [reading] = await stream.peek();
    expect(reading).toMatchObject({ phase: "READING" });
    stream.delivered([waiting!]);
    expect(await stream.peek()).toEqual([reading]);
    const answer = Promise.resolve(ANSWER);
    stream.follow(answer);
    await answer;
    stream.delivered([reading!]);
    const [done] = await stream.peek();
    expect(done).toMatchObject({ phase: "DONE" });
    expect(stream.isOpen).toBe(true);
    stream.delivered([done!]);
    expect(await stream.peek()).toEqual([]);
  });

  it("that fails lets nothing be delivered that was peeked at, and tells one who waits for something else", async () => {
    const stream = new PreviewStream();
    const over = new Promise<void>((resolve) => stream.onOver(resolve));
    await stream.peek();
    stream.follow(Promise.reject(new Error("broken")));
    await over;
    expect(stream.isOpen).toBe(false);
    await expect(stream.peek()).rejects.toThrow("broken");
  });

  it("fails with what the preview failed with, once", async () => {
    const stream = new PreviewStream();
    await stream.next();
    stream.follow(Promise.reject(new Error("broken")));
    await expect(stream.next()).rejects.toThrow("broken");
    expect(await stream.next()).toEqual(END);
  });

  it("that is left ends the preview, also while its reader waits", async () => {
    const stream = new PreviewStream();
    await stream.next();
    const waiting = stream.next();
    await stream.return();
    expect(stream.signal.aborted).toBe(true);
    expect(await waiting).toEqual(END);
    stream.follow(Promise.reject(stream.signal.reason));
    expect(await stream.next()).toEqual(END);
  });

  it("that is left with the answer on its way delivers nothing more", async () => {
    const stream = new PreviewStream();
    const answer = Promise.resolve(ANSWER);
    stream.follow(answer);
    await answer;
    await stream.return();
    expect(stream.isOpen).toBe(false);
    expect(await stream.peek()).toEqual([]);
  });
});
