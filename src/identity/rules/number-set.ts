/** A set of whole numbers from 0 to below its size, a byte each. */
export class NumberSet {
  private held = 0;
  private readonly marks: Uint8Array;

  constructor(size: number) {
    this.marks = new Uint8Array(size);
  }

  get count(): number {
    return this.held;
  }

  add(number: number): void {
    if (this.marks[number] === 1) return;
    this.marks[number] = 1;
    this.held += 1;
  }

  has(number: number): boolean {
    return this.marks[number] === 1;
  }
}
