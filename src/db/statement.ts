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

/**
 * The end of a statement that has to change a row for each of the keys in `$2`, of which its part `changed` tells the rows.
 * Where there are fewer, another transaction was ahead: it fails as a lost race (40001), and with it all that was sent
 * behind it, the commit too. To find that out by the answer would be too late.
 */
export function allChanged(changed: string): string {
  return `select lost_race() from (select count(*) as rows from ${changed}) c where c.rows < cardinality($2::uuid[])`;
}
