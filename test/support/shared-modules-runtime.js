const { createRequire } = require("node:module");
const { join, sep } = require("node:path");
const { default: Runtime } = require("jest-runtime");
require("../../bin/typescript.js");

const TESTS = join(__dirname, "..") + sep;

/**
 * Loads what the tests import from outside their folder, Onefold itself and its packages, as Node.js does, and once for all
 * test files of a worker: as jest does it, 2,000 modules would be loaded anew for each. The files of the tests are loaded by
 * jest, and so is what is asked for inside `jest.isolateModules`, where something may stand in for a module.
 */
module.exports = class SharedModulesRuntime extends Runtime {
  isolating = false;

  requireModule(from, name, options, ...rest) {
    if (!options?.isInternalModule && !this.isolating) {
      const path = name === undefined ? from : createRequire(from).resolve(name);
      if (!path.startsWith(TESTS)) return require(path);
    }
    return super.requireModule(from, name, options, ...rest);
  }

  isolateModules(load) {
    this.isolating = true;
    try {
      super.isolateModules(load);
    } finally {
      this.isolating = false;
    }
  }
};
