import { parseValue } from "graphql";
import { Json } from "../../../src/graphql/json";

describe("JSON in a document", () => {
  it("is the value that its text would be as JSON", () => {
    const literal = parseValue('{ a: [1, 2.5, -3, "x", true, null], b: { c: LATER, __proto__: { d: 1 } } }');
    const value = Json.parseLiteral(literal, {});
    expect(JSON.stringify(value)).toBe('{"a":[1,2.5,-3,"x",true,null],"b":{"c":"LATER","__proto__":{"d":1}}}');
    expect((value as { b: object }).b).not.toHaveProperty("d");
  });

  it("takes the operation's variables in", () => {
    expect(Json.parseLiteral(parseValue("{ a: $a, b: [$b] }"), { a: { x: 1 } })).toEqual({ a: { x: 1 }, b: [null] });
  });

  it("leaves as it came", () => {
    const value = { a: [1, "x", null] };
    expect(Json.serialize(Json.parseValue(value))).toBe(value);
  });
});
