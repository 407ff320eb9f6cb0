const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/**
 * An id of Salesforce with its 18 characters, or null when it is none. The 15 that some places show tell capital letters
 * apart; the last three say which of them are capital, five bits a letter, so that systems which do not can keep the id.
 */
export function salesforceId(id: string): string | null {
  if (/^[0-9A-Za-z]{18}$/.test(id)) return id;
  if (!/^[0-9A-Za-z]{15}$/.test(id)) return null;
  let suffix = "";
  for (let chunk = 0; chunk < 15; chunk += 5) {
    let bits = 0;
    for (let place = 0; place < 5; place++) if (/[A-Z]/.test(id[chunk + place]!)) bits |= 1 << place;
    suffix += LETTERS[bits];
  }
  return id + suffix;
}
