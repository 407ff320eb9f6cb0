/** A list of whole numbers from -2^31 to 2^31 - 1 that grows, in four to eight bytes each. */
export class NumberList {
  private numbers = new Int32Array(1024);
  private count = 0;

  get length(): number {
    return this.count;
  }

  push(number: number): void {
    if (this.count === this.numbers.length) {
      const larger = new Int32Array(this.numbers.length * 2);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers[this.count++] = number;
  }

  at(place: number): number {
    return this.numbers[place]!;
  }
}
