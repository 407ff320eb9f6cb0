/** One SQL statement, prepared once per connection under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * Names a statement after the room and method that sends it, and tags its text with that name, so that a slow statement
 * in the server's log leads straight to its code.
 */
export function statement(name: string, text: string): Statement {
  return { name, text: `/* ${name} */ ${text.trim()}` };
}
