import fc from "fast-check";
import {
  queryTokens,
  type SearchKind,
  searchTokens,
  TOKEN_LENGTH_MAX,
  TOKENS_PER_RECORD_MAX,
} from "../../../src/profile/search-tokens";

/** What the index does: every token of the query equals or begins one of the record. */
function finds(query: string, ...texts: [text: string, kind: SearchKind][]): boolean {
  const indexed = searchTokens(texts.map(([text, kind]) => ({ text, kind })));
  const asked = queryTokens(query);
  if (asked.length === 0) return false;
  return asked.every(({ token, prefix }) =>
    indexed.some((entry) => (prefix ? entry.startsWith(token) : entry === token)),
  );
}

describe("a name is found", () => {
  test.each([
    ["John Smith", "john"],
    ["John Smith", "SMITH"],
    ["John Smith", "smi jo"],
    ["John F. Kennedy", "f kennedy"],
    ["Zoë Müller", "zoe muller"],
    ["Zoe Muller", "Zoë Müller"],
    ["Nguyễn Văn Đức", "nguyen duc"],
    ["Søren Kierkegård", "soren"],
    ["O'Brien", "obrien"],
    ["O’Brien", "o'br"],
    ["O'Brien", "brien"],
    ["Nguyen-O'Brien", "o'brien"],
    ["Mary-Jane", "jane"],
    ["Mary-Jane", "mary-j"],
    ["Mary-Jane", "maryjane"],
    ["ＪＯＨＮ", "john"],
    ["Иван Петров", "петр"],
    ["山田太郎", "山田"],
    ["山田太郎", "太郎"],
    ["山田太郎", "田太"],
    ["山田太郎", "郎"],
    ["山田 太郎", "山田太郎"],
    ["山田太郎", "山田 太郎"],
    ["山田太郎", "太郎 山田"],
    ["ジョン・スミス", "スミス"],
    ["ﾔﾏﾀﾞ", "ヤマダ"],
    ["ヤマダ", "やまだ"],
    ["스미스 김철수", "철수"],
    ["김철수", "김"],
    ["สมชาย ใจดี", "สมชาย"],
    ["สมชาย ใจดี", "ใจดี"],
    ["สมชาย ใจดี", "สมชายใจดี"],
    ["สมชายใจดี", "ใจดี สมชาย"],
    ["น้ำฝน แสงทอง", "น้ำฝน"],
    ["น้ำฝน แสงทอง", "แสง"],
    ["น้ำฝน แสงทอง", "เเสง"],
    ["คุณ สมชาย (John)", "john สมชาย"],
    ["山田Taro", "taro 山田"],
    ["陳大文", "大文"],
  ])("%s by %s", (name, query) => {
    expect(finds(query, [name, "NAME"])).toBe(true);
  });

  test.each([
    ["John Smith", "mith"],
    ["John Smith", "john jones"],
    ["John F. Kennedy", "k john"],
    ["山田太郎", "山郎"],
    ["สมชาย", "สมชาติ"],
    ["สมชาย", "ชัย"],
    ["อำนาจ", "อำเภอ"],
  ])("%s not by %s", (name, query) => {
    expect(finds(query, [name, "NAME"])).toBe(false);
  });

  test("by its words, in a long name without spaces, which is not indexed from every syllable", () => {
    const name = "กรุงเทพมหานครอมรรัตนโกสินทร์มหินทรายุธยา";
    expect(finds("กรุงเทพ", [name, "ATTRIBUTE"])).toBe(true);
    const tokens = searchTokens([{ text: name, kind: "ATTRIBUTE" }]);
    expect(tokens.length).toBeGreaterThan(1);
    expect(tokens.length).toBeLessThan((name.match(/\P{M}\p{M}*/gu) ?? []).length / 2);
  });
});

describe("an identifier is found", () => {
  test.each([
    ["ann.lee@example.com", "ann.lee@example.com"],
    ["ann.lee@example.com", "Ann.Lee@Exam"],
    ["ann.lee@example.com", "ann.lee"],
    ["ann.lee@example.com", "lee"],
    ["ann.lee@example.com", "example.com"],
    ["ann.lee@example.com", "@example.com"],
    ["ann@xn--wgv71a119e.jp", "ann@日本語.jp"],
    ["+66812345678", "+66812345678"],
    ["+66812345678", "0812345678"],
    ["+66812345678", "081-234 56"],
    ["+66812345678", "๐๘๑-๒๓๔-๕๖๗๘"],
    ["+66812345678", "+66 (0)81 234"],
    ["+66812345678", "66812345678"],
    ["+17029191300", "(702) 919-1300"],
    ["+6621234567;ext=101", "02 123 4567"],
    ["ann_lee", "@ann_lee"],
    ["ann_lee", "annlee"],
    ["ann_lee", "lee"],
    ["6f9619ff-8b86-d011-b42d-00c04fc964ff", "6F9619FF-8B86"],
    ["1234 5678 9012", "123456789012"],
    ["1234 5678 9012", "1234 5678 9012"],
    ["501", "501"],
  ])("%s by %s", (value, query) => {
    expect(finds(query, [value, "IDENTIFIER"])).toBe(true);
  });

  test("not by another one's domain or number", () => {
    expect(finds("ann@other.com", ["ann@example.com", "IDENTIFIER"])).toBe(false);
    expect(finds("0812345679", ["+66812345678", "IDENTIFIER"])).toBe(false);
  });
});

test("an attribute is found by its words", () => {
  expect(finds("bangk 10110", ["Sukhumvit, Bangkok 10110", "ATTRIBUTE"])).toBe(true);
  expect(finds("1978-12-11", ["1978-12-11", "ATTRIBUTE"])).toBe(true);
  expect(finds("新宿", ["東京都新宿区西新宿二丁目", "ATTRIBUTE"])).toBe(true);
});

test("words of different texts together find the record", () => {
  expect(finds("ann bangkok", ["Ann Lee", "NAME"], ["Bangkok", "ATTRIBUTE"])).toBe(true);
});

test("a query without letters and digits asks for nothing", () => {
  for (const query of ["", "  ", "!!!", "-", "@", "\u200b", "()"]) expect(queryTokens(query)).toEqual([]);
});

test("where tokens run out, names and whole identifiers stay and attributes go", () => {
  const long = Array.from({ length: 200 }, (_, n) => `word${n}`).join(" ");
  const tokens = searchTokens([
    { text: long, kind: "ATTRIBUTE" },
    { text: "ann@example.com", kind: "IDENTIFIER" },
    { text: "Ann Lee", kind: "NAME" },
  ]);
  expect(tokens).toHaveLength(TOKENS_PER_RECORD_MAX);
  expect(tokens.slice(0, 3)).toEqual(["ann", "lee", "ann@examplecom"]);
});

describe("for any text", () => {
  const text = fc.oneof(fc.string({ unit: "binary", maxLength: 2000 }), fc.string({ unit: "grapheme", maxLength: 90 }));
  const kind = fc.constantFrom<SearchKind>("NAME", "IDENTIFIER", "ATTRIBUTE");

  test("tokens are well formed, short, few and never empty", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ text, kind }), { maxLength: 4 }), (texts) => {
        const tokens = [
          ...searchTokens(texts),
          ...texts.flatMap((entry) => queryTokens(entry.text).map(({ token }) => token)),
        ];
        for (const token of tokens) {
          expect(token.length).toBeGreaterThan(0);
          expect(token.length).toBeLessThanOrEqual(TOKEN_LENGTH_MAX);
          expect(token).not.toMatch(/\p{Surrogate}|\s|\0/u);
        }
        expect(searchTokens(texts).length).toBeLessThanOrEqual(TOKENS_PER_RECORD_MAX);
      }),
    );
  });

  test("a name is found by itself", () => {
    const letters = fc.stringMatching(/^[a-zéö'山田太郎ヤマダสมชายใจดี김철수 .-]{1,20}$/u);
    fc.assert(
      fc.property(letters, (name) => {
        fc.pre(queryTokens(name).length > 0);
        expect(finds(name, [name, "NAME"])).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
