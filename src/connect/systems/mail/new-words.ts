/**
 * What a message says that the one it answers did not: its text without the quoted history.
 *
 * Mail programs mark history in three ways, all of which are read here, in any language as far as they have one: lines that
 * begin with `>`, under a line that says who wrote when; a line of dashes around "Original Message"; and the header of the
 * message it answers, repeated. What a person writes between the lines of a quotation is new and stays; so does what is
 * forwarded. Nothing here runs longer than the text is long.
 */

const TEXT_MAX = 1_000_000;
/** Longer lines introduce nothing. */
const LINE_MAX = 500;

const FORWARD = /^\s*(?:fwd?|wg|tr|rv|enc|i|ส่งต่อ|転送|轉寄|转发|전달)\s*[:：]/i;
const FORWARD_MARK =
  /^[-\s>]*(?:begin )?(?:forwarded message|ข้อความที่ส่งต่อ|転送メッセージ|転送されたメッセージ|轉寄的郵件|转发的邮件)/i;
const ORIGINAL_MARK =
  /^\s*-{2,}\s*(?:original message|original appointment|ข้อความเดิม|ข้อความต้นฉบับ|元のメッセージ|元のメール|ursprüngliche nachricht|message d'origine|mensaje original|mensagem original|messaggio originale|原始邮件|원본 메시지)\s*-{2,}\s*$/i;
const WROTE =
  /(?:wrote|เขียนว่า|เขียน|ได้เขียน|書きました|のメッセージ|さんのメール|écrit|escribió|escreveu|scritto|schrieb|schreef|napisał|написал|写道|寫道|작성)/i;
const ADDRESS = /[^\s<>@]@[^\s<>@]+\.[a-z]/i;
const MOMENT = /(?:\b|\D)(?:19|20|25)\d\d(?:\D|$)|\d{1,2}[:.]\d\d/;

/** Names of the fields that Outlook and its kin repeat. Without a subject it may be where somebody travels from and to. */
const FROM_FIELD = /^\s*\*?(?:from|จาก|差出人|送信元|von|de|da|van|från|od|от|发件人|寄件者|보낸 사람)\s*\*?[:：]/i;
const SUBJECT_FIELD =
  /^\s*\*?(?:subject|เรื่อง|หัวเรื่อง|件名|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|temat|тема|主题|主旨|제목)\s*\*?[:：]/i;
const OTHER_FIELD =
  /^\s*\*?(?:sent|date|to|ส่งเมื่อ|ส่ง|วันที่|ถึง|送信日時|日時|日付|宛先|gesendet|datum|an|envoyé|à|enviado|fecha|para|data|inviato|a|verzonden|aan|发送时间|收件人|寄件日期|收件者|보낸 날짜|받는 사람)\s*\*?[:：]/i;

/** @param subject tells a forwarded message, whose content is what it is sent for */
export function newWords(text: string, subject: string): string {
  const lines = text.slice(0, TEXT_MAX).split(/\r\n|\r|\n/);
  if (FORWARD.test(subject.slice(0, LINE_MAX))) return tidy(lines);
  return tidy(withoutQuotations(lines.slice(0, endOfNewWords(lines))));
}

/** Where everything below is history. A forwarded message is none, nor is what stands in it. */
function endOfNewWords(lines: readonly string[]): number {
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if (line.length > LINE_MAX) continue;
    if (FORWARD_MARK.test(line)) return lines.length;
    if (ORIGINAL_MARK.test(line) || isRepeatedHeader(lines, at)) return withoutRule(lines, at);
    // Without marks on the lines below, only what says all of who wrote when is believed.
    if (
      isIntroduction(line) &&
      WROTE.test(line) &&
      ADDRESS.test(line) &&
      !isQuoted(lines[nextWritten(lines, at + 1)])
    ) {
      return at;
    }
  }
  return lines.length;
}

function isRepeatedHeader(lines: readonly string[], at: number): boolean {
  if (!FROM_FIELD.test(lines[at]!)) return false;
  const below = lines.slice(at + 1, at + 7).filter((line) => line.length <= LINE_MAX);
  return below.some((line) => SUBJECT_FIELD.test(line)) && below.some((line) => OTHER_FIELD.test(line));
}

/** The rule that Outlook draws above a repeated header. */
function withoutRule(lines: readonly string[], at: number): number {
  let before = at;
  while (before > 0 && lines[before - 1]!.trim() === "") before--;
  return before > 0 && /^\s*[_*-]{5,}\s*$/.test(lines[before - 1]!) ? before - 1 : at;
}

function withoutQuotations(lines: readonly string[]): string[] {
  const kept: string[] = [];
  for (const [at, line] of lines.entries()) {
    if (!isQuoted(line)) {
      kept.push(line);
      continue;
    }
    if (at === 0 || !isQuoted(lines[at - 1])) dropIntroduction(kept);
  }
  return kept;
}

/** Takes the one to three lines away that say who wrote when, with which a quotation begins. */
function dropIntroduction(kept: string[]): void {
  let end = kept.length;
  while (end > 0 && kept[end - 1]!.trim() === "") end--;
  for (let count = 1; count <= 3 && count <= end; count++) {
    const words = kept.slice(end - count, end);
    if (words.some((line) => line.trim() === "" || line.length > LINE_MAX)) return;
    if (isIntroduction(words.join(" "))) {
      kept.length = end - count;
      return;
    }
  }
}

/** "On 1 March 2026 at 09:30, Ann <ann@example.com> wrote:" and its like. */
function isIntroduction(line: string): boolean {
  return /[:：]\s*$/.test(line) && MOMENT.test(line) && (WROTE.test(line) || ADDRESS.test(line));
}

function isQuoted(line: string | undefined): boolean {
  return line !== undefined && /^\s{0,3}>/.test(line);
}

function nextWritten(lines: readonly string[], from: number): number {
  let at = from;
  while (at < lines.length && lines[at]!.trim() === "") at++;
  return at;
}

function tidy(lines: readonly string[]): string {
  const words: string[] = [];
  for (const line of lines) {
    const isEmpty = line.trim() === "";
    if (isEmpty && (words.length === 0 || words.at(-1) === "")) continue;
    words.push(isEmpty ? "" : line.trimEnd());
  }
  if (words.at(-1) === "") words.pop();
  return words.join("\n");
}
