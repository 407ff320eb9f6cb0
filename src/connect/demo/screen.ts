import { styleText } from "node:util";
import type { Step } from "./script";

/** Where the demo tells what happens, line by line. */
export class Screen {
  constructor(
    private readonly stream: NodeJS.WritableStream & { readonly isTTY?: boolean },
    private readonly colours = stream.isTTY === true && !process.env.NO_COLOR,
  ) {}

  say(text = ""): void {
    this.stream.write(`${text}\n`);
  }

  step(step: Step): void {
    const channel = "event" in step ? step.event.channel : "CRM";
    const time = new Date(step.at).toISOString().slice(11, 16);
    this.say(`${this.paint("dim", time)}  ${this.paint("cyan", channel.padEnd(10))}  ${partiesOf(step)}: ${step.text}`);
  }

  join(text: string): void {
    this.say(this.paint(text.startsWith("→") ? "green" : "yellow", `       ${" ".repeat(12)}${text}`));
  }

  problem(text: string): void {
    this.say(this.paint("red", `       ${text}`));
  }

  private paint(style: "dim" | "cyan" | "green" | "yellow" | "red", text: string): string {
    return this.colours ? styleText(style, text) : text;
  }
}

function partiesOf(step: Step): string {
  const { shownAs } = step.person;
  if ("record" in step) return shownAs;
  const { actor, direction } = step.event;
  if (actor === undefined) return shownAs;
  return direction === "INTERNAL" ? `${actor} about ${shownAs}` : `${actor} to ${shownAs}`;
}
