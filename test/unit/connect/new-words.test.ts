import fc from "fast-check";
import { newWords } from "../../../src/connect/systems/mail/new-words";

const lines = (...all: string[]) => all.join("\n");

describe("The new words of a message", () => {
  test.each<[string, string, string]>([
    [
      "above a quotation of Gmail's in English, cut in two",
      lines(
        "Thanks!",
        "",
        "On Sun, Mar 1, 2026 at 9:30 AM Tea Shop <help@shop.example>",
        "wrote:",
        "",
        "> Hello",
        "> Nok",
      ),
      "Thanks!",
    ],
    [
      "above one in Thai",
      lines("ขอบคุณค่ะ", "", "เมื่อ อา. 1 มี.ค. 2569 เวลา 09:30 ร้านชา <help@shop.example> เขียนว่า:", "", "> สวัสดี"),
      "ขอบคุณค่ะ",
    ],
    [
      "above one in Japanese",
      lines("届きました。", "", "2026年3月1日(日) 9:30 お茶の店 <help@shop.example>:", "", "> ご注文", ">> 以前"),
      "届きました。",
    ],
    [
      "between the lines of a quotation",
      lines("On 1 Mar 2026, at 09:30, Ann <ann@example.com> wrote:", "> Which tea?", "Oolong.", "> How much?", "Two."),
      lines("Oolong.", "Two."),
    ],
    [
      "above what Outlook repeats",
      lines(
        "It is dented.",
        "",
        "________________________________",
        "From: Tea Shop <help@shop.example>",
        "Sent: Sunday, March 1, 2026 9:30 AM",
        "To: Nok",
        "Subject: Your order",
        "",
        "Hello Nok",
      ),
      "It is dented.",
    ],
    [
      "above what Outlook repeats in Japanese",
      lines(
        "壊れています。",
        "",
        "差出人: お茶の店 <help@shop.example>",
        "送信日時: 2026年3月1日 9:30",
        "宛先: Nok",
        "件名: ご注文",
        "",
        "こんにちは",
      ),
      "壊れています。",
    ],
    [
      "above what Outlook repeats in Thai",
      lines(
        "แตกค่ะ",
        "",
        "จาก: ร้านชา <help@shop.example>",
        "ส่งเมื่อ: วันอาทิตย์ 1 มีนาคม 2569 9:30",
        "ถึง: Nok",
        "เรื่อง: คำสั่งซื้อ",
        "",
        "สวัสดี",
      ),
      "แตกค่ะ",
    ],
    ["above an original message", lines("No.", "", "-----Original Message-----", "From: x", "Hello"), "No."],
    [
      "above a quotation without marks, when who wrote when is told in full",
      lines("Yes.", "", "On 1 Mar 2026, at 09:30, Ann <ann@example.com> wrote:", "", "Shall we send another?"),
      "Yes.",
    ],
  ])("are what stands %s", (_, text, words) => {
    expect(newWords(text, "Re: Your order")).toBe(words);
  });

  test.each<[string, string]>([
    ["a trip", lines("From: Bangkok", "To: Kyoto", "Date: 5 May 2026")],
    ["an address with a time", lines("Call me at 10:30 or write to nok@example.com:", "I am there all day")],
    ["a list that ends in a colon", lines("My orders of 2026:", "123 and 456")],
    ["a comparison", "a > b, as we know"],
  ])("hold %s, which is no history", (_, text) => {
    expect(newWords(text, "Hello")).toBe(text);
  });

  test("are everything that is forwarded", () => {
    const text = lines(
      "See below.",
      "",
      "From: Ann <ann@example.com>",
      "Sent: today",
      "Subject: Tea",
      "",
      "> Where is it?",
    );
    expect(newWords(text, "FW: Tea")).toBe(text);
    expect(newWords(text, "転送: Tea")).toBe(text);
    const gmail = lines(
      "See below.",
      "",
      "---------- Forwarded message ---------",
      "From: Ann <ann@example.com>",
      "Subject: Tea",
      "To: x",
      "",
      "Where?",
    );
    expect(newWords(gmail, "Tea")).toBe(gmail);
  });

  test("are none where there is nothing but history", () => {
    expect(newWords(lines("> one", "> two"), "Re: x")).toBe("");
  });

  test("hold no quoted line, whatever the text, and every line that is neither quoted nor near a quotation", () => {
    const word = fc.constantFrom(
      "Hello",
      "",
      "> quoted",
      ">> twice",
      "On 1 Mar 2026 at 9:30 Ann <a@b.example> wrote:",
      "น้ำชา",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string({ unit: "binary" })), { maxLength: 30 }), (some) => {
        const words = newWords(some.join("\n"), "Re: x");
        expect(words.split("\n").filter((line) => /^\s{0,3}>/.test(line))).toEqual([]);
      }),
    );
  });

  test("are found in the time it takes to read the text", () => {
    const long = `${"> ".repeat(200_000)}\n${"From: \n".repeat(50_000)}${"On 2026 wrote ".repeat(20_000)}`;
    expect(newWords(long, "Re: x").length).toBeLessThan(long.length);
  });
});
