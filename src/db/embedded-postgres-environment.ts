/**
 * What the server's programs see of our environment: next to nothing, since PG* and LC_* variables of the person at the
 * keyboard would change the cluster that initdb makes.
 */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" };
}
