import { IdentifierInput } from "../../src/identity/identifier-input.type";
import { Scene } from "./attack-scene";

/**
 * One way to get at customers with nothing but the key that everybody can read in a web page, or a turn of fate that looks
 * like one. Nothing that an agent sees of the two customers may change by it.
 */
export interface Attack {
  readonly name: string;
  /** What is done before anything is known of the two customers. */
  readonly early?: (scene: Scene) => Promise<void>;
  /** How the customers come to be known; both by their own systems, when left out. */
  readonly arrive?: (scene: Scene) => Promise<void>;
  /** What is done to those who are known. */
  readonly late?: (scene: Scene) => Promise<void>;
  /** Something legitimate that looks much the same, done afterwards: the id of a record or profile that must now be Ann's. */
  readonly twin: (scene: Scene) => Promise<string>;
}

/** The twin of most: the company's own till names the same values. */
export function told(pick: (scene: Scene) => readonly IdentifierInput[]): Attack["twin"] {
  return (scene) => scene.tell({ identifiers: pick(scene) });
}

/** The same claims before the customers are known, and after. */
export function soonerOrLater(name: string, claims: (scene: Scene) => Promise<void>, twin: Attack["twin"]): Attack[] {
  return [
    { name: `${name}, before the customers are known`, early: claims, twin },
    { name: `${name}, when the customers are known`, late: claims, twin },
  ];
}
