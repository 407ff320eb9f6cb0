import vm from "node:vm";
import { ModernFakeTimers } from "@jest/fake-timers";
import { ModuleMocker } from "jest-mock";

interface Configs {
  readonly projectConfig: ConstructorParameters<typeof ModernFakeTimers>[0]["config"];
}

/** Stands for "the context that there is" where jest asks in which context to compile. */
const HERE: vm.Context = {};

const { compileFunction } = vm;
vm.compileFunction = (code, parameters, options = {}) => {
  const { parsingContext, ...others } = options;
  return compileFunction(code, parameters, parsingContext === HERE ? others : options);
};

/**
 * Where tests run: not in a context of their own, as jest has it, but in the worker's, so that they can share its modules
 * (see `shared-modules-runtime.js`) and globals are not looked up through a proxy at every turn. Before the next test file
 * `process` and its environment are put back to what they were.
 */
export default class OneRealmEnvironment {
  readonly global = globalThis;
  readonly fakeTimers = null;
  readonly fakeTimersModern: ModernFakeTimers;
  readonly moduleMocker = new ModuleMocker(globalThis);
  private readonly symbolsBefore = Object.getOwnPropertySymbols(globalThis);
  private readonly consoleBefore = console;
  private readonly variablesBefore = { ...process.env };
  private readonly processBefore = {
    exit: process.exit,
    exitCode: process.exitCode,
    getBuiltinModule: process.getBuiltinModule,
  };

  constructor({ projectConfig }: Configs) {
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  async setup(): Promise<void> {}

  async teardown(): Promise<void> {
    this.fakeTimersModern.dispose();
    // Jest keeps by symbols what it knows of the file; by names there are what it sets for each, and what packages keep.
    for (const key of Object.getOwnPropertySymbols(globalThis)) {
      if (!this.symbolsBefore.includes(key)) Reflect.deleteProperty(globalThis, key);
    }
    globalThis.console = this.consoleBefore;
    Object.assign(process, this.processBefore);
    for (const name of Object.keys(process.env)) if (!(name in this.variablesBefore)) delete process.env[name];
    Object.assign(process.env, this.variablesBefore);
  }

  exportConditions(): string[] {
    return ["node", "node-addons"];
  }

  getVmContext(): vm.Context {
    return HERE;
  }
}
