#!/usr/bin/env node
require("./typescript.js");
require("../src/cli.ts");
