/** A text as the numbers of its characters (code points), to compare character by character. */
export function codesOf(text: string): number[] {
  const codes: number[] = [];
  for (let place = 0; place < text.length; place++) {
    const code = text.codePointAt(place)!;
    codes.push(code);
    if (code > 0xffff) place++;
  }
  return codes;
}
