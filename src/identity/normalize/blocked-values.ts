import { asciiDigits, isBlank } from "./fold-text";

/**
 * Values that stand for "we do not know": they look like identifiers, thousands of people carry them, and one of them
 * that joins fuses all those people into one customer. They are judged before any parsing, on folded text.
 *
 * Sources: the values that Twilio Segment suggests to block (zeroes and dashes, -1, null, anonymous, and its examples
 * void and abc123), the values that Adobe's identity service refuses (null, anonymous, invalid, empty), and what programs
 * print for nothing. Every test here takes time linear in the length of the text.
 */
const BLOCKED_VALUES: ReadonlySet<string> = new Set([
  ...["undefined", "null", "nil", "none", "nan", "void", "invalid", "empty", "true", "false", "-1"],
  ...[
    "[object object]",
    "object object",
    "n/a",
    "n.a.",
    "n.a",
    "na",
    "#n/a",
    "#null!",
    "#ref!",
    "#value!",
    "\\n",
    "\\0",
  ],
  ...["unknown", "anonymous", "anon", "guest", "nobody", "no one", "tbd", "tba", "missing", "not set", "not_set"],
  ...[
    "not specified",
    "not_specified",
    "not provided",
    "not_provided",
    "not available",
    "not_available",
    "notavailable",
  ],
  ...[
    "not applicable",
    "not_applicable",
    "not_authenticated",
    "no email",
    "noemail",
    "no_email",
    "no phone",
    "no_phone",
  ],
  ...["user_id", "userid", "distinct_id", "distinctid", "anonymous_id", "anonymousid", "abc123", "lmy47d"],
  ...["ffffffff-ffff-ffff-ffff-ffffffffffff", "ffffffffffffffffffffffffffffffff"],
  ...["ไม่ระบุ", "ไม่มี", "ไม่ทราบ", "なし", "不明", "未設定", "該当なし", "匿名", "ゲスト"],
]);

const BLOCKED_EMAILS: ReadonlySet<string> = new Set([
  ...["test@test.com", "test@test.test", "test@example.com", "test@email.com", "test@mail.com", "test@test.co"],
  ...["user@example.com", "email@example.com", "example@example.com", "name@example.com", "your@email.com"],
  ...["you@example.com", "email@email.com", "mail@mail.com", "user@user.com", "name@email.com", "none@none.com"],
  ...["no@email.com", "noemail@email.com", "noemail@noemail.com", "no@no.com", "na@na.com", "asdf@asdf.com"],
  ...["unknown@unknown.com", "anonymous@anonymous.com", "guest@guest.com", "abc@abc.com", "123@123.com"],
]);

/** Mailboxes nobody reads, at any domain. Guests and unknowns are left out: some mailbox is really called that, and Nan and Nil are people's names. */
const BLOCKED_MAILBOXES: ReadonlySet<string> = new Set([
  ...["undefined", "null", "none", "n/a", "noemail", "no-email", "no_email", "no.email", "nomail", "no-mail"],
  ...["mailer-daemon", "mailerdaemon"],
]);
const NO_REPLY = /(?:^|[._+-])(?:no[._-]?reply|do[._-]?not[._-]?reply|dont[._-]?reply)\d*(?:$|[._+-])/;
/** a@a.com, aaa@aaa.org: one character is all there is. */
const ONE_LETTER_EMAIL = /^([a-z0-9])\1*@\1+\.[a-z]{2,}$/;

/** What programs put around "nothing", as in (null), <none>, "undefined". */
const CLOSER_OF: Readonly<Record<string, string>> = {
  "(": ")",
  "<": ">",
  "[": "]",
  "{": "}",
  '"': '"',
  "'": "'",
  "`": "`",
};

/** Marks of a template whose variable nobody filled in, wherever they stand in the value. */
const TEMPLATE_MARKS: readonly (readonly [string, string])[] = [
  ["{{", "}}"],
  ["{%", "%}"],
  ["${", "}"],
  ["#{", "}"],
  ["$(", ")"],
  ["<%", "%>"],
  ["*|", "|*"],
  ["%%", "%%"],
  ["[[", "]]"],
  ["[%", "%]"],
  ["%7b%7b", "%7d%7d"],
];
/** The weaker marks count only around the whole value and a name: {6f9619ff-...} is an id and <ann@example.com> an address. */
const WHOLE_TEMPLATE =
  /^(?:%[a-z_][a-z0-9_. -]*%|\{[!$]?[a-z_][a-z0-9_. ]*\}|\[[a-z_][a-z0-9_. -]*\]|<[a-z_][a-z0-9_. -]*>|\$[a-z_][a-z0-9_.]*\$?|@@[a-z_][a-z0-9_.]*@@)$/;

/** Shorter runs of one digit are numbers that a sequence really reaches. */
const REPEATED_DIGITS_FROM = 5;
/** The length of a subscriber's number in the plans with the longest area codes. */
const SUBSCRIBER_DIGITS = 7;
const ZEROES_AND_DASHES = /^[0-]+$/;
const DIGITS_AND_SEPARATORS = /^[0-9 ().+/_-]+$/;
/** The digits of a UUID that is not all zeroes are nobody's typing. */
const UUID_SHAPE = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SAYS_SOMETHING = /[\p{L}\p{N}\p{So}\p{Co}]/u;

/** Expects the value folded (`foldText`). True for what says nothing about whose it is, whatever the kind. */
export function isBlockedValue(folded: string): boolean {
  if (isBlank(folded)) return true;
  const value = asciiDigits(folded);
  if (isListed(value) || isTemplate(value)) return true;
  const wrapped = value.length > 1 && CLOSER_OF[value.charAt(0)] === value.charAt(value.length - 1);
  return wrapped && isListed(value.slice(1, -1).trim());
}

/** Expects the address folded. Its mailbox is nobody's, or the whole is what people type to get past a form. */
export function isBlockedEmail(folded: string): boolean {
  if (BLOCKED_EMAILS.has(folded) || ONE_LETTER_EMAIL.test(folded)) return true;
  const at = folded.lastIndexOf("@");
  const mailbox = at < 0 ? folded : folded.slice(0, at);
  return BLOCKED_MAILBOXES.has(mailbox) || NO_REPLY.test(mailbox);
}

/** Of a telephone number's digits, without an extension: its end, which tells subscribers apart, is one digit over and over. */
export function isBlockedPhone(digits: string): boolean {
  return trailingRepeats(digits) >= SUBSCRIBER_DIGITS;
}

function isListed(value: string): boolean {
  const bare = value.startsWith("urn:uuid:") ? value.slice("urn:uuid:".length) : value;
  return BLOCKED_VALUES.has(bare) || !SAYS_SOMETHING.test(bare) || isRepeatedDigit(bare);
}

function isRepeatedDigit(value: string): boolean {
  if (ZEROES_AND_DASHES.test(value)) return true;
  if (!DIGITS_AND_SEPARATORS.test(value) || UUID_SHAPE.test(value)) return false;
  const digits = value.replace(/[^0-9]/g, "");
  if (trailingRepeats(digits) < digits.length) return false;
  return digits.startsWith("0") || digits.length >= REPEATED_DIGITS_FROM;
}

function trailingRepeats(digits: string): number {
  let count = 0;
  while (count < digits.length && digits[digits.length - 1 - count] === digits[digits.length - 1]) count++;
  return count;
}

function isTemplate(value: string): boolean {
  if (WHOLE_TEMPLATE.test(value)) return true;
  return TEMPLATE_MARKS.some(([open, close]) => {
    const start = value.indexOf(open);
    return start >= 0 && value.indexOf(close, start + open.length) >= 0;
  });
}
