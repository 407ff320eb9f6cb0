import { pino } from "pino";

type Bus = typeof import("../../../src/feed/nats-bus");

describe("the bus, where the optional package is missing", () => {
  it("says what to install", async () => {
    let NatsBus!: Bus["NatsBus"];
    jest.isolateModules(() => {
      jest.doMock("@nats-io/transport-node", () => {
        throw Object.assign(new Error("Cannot find module"), { code: "MODULE_NOT_FOUND" });
      });
      ({ NatsBus } = jest.requireActual<Bus>("../../../src/feed/nats-bus"));
    });
    const log = pino({ level: "silent" });
    await expect(NatsBus.load("nats://127.0.0.1", log)).rejects.toThrow(/ONEFOLD_BUS needs .*@nats-io\/transport-node/);
  });
});
