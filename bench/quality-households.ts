import { LabelledSet } from "./quality-set";
export function generateHouseholds(_seed: number, _n: number): LabelledSet { return { name: "household set", defaultCountry: "US", records: [] }; }
