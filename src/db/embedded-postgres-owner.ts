import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** The user that the server runs as, where it cannot run as the user of this process. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** In the order of preference: an account made for us, one made for PostgreSQL, one that owns nothing else. */
const ACCOUNTS = ["onefold", "postgres", "_postgres", "nobody"];

/** PostgreSQL refuses to run as root, and only root can run it as somebody else. */
export function runsAsRoot(): boolean {
  return process.getuid?.() === 0;
}

/** initdb looks its user up by number, so that only an account of the machine's list will do. */
export function chooseOwner(passwd = readFileSync("/etc/passwd", "utf8")): Owner {
  const accounts = passwd.split("\n").map((line) => line.split(":"));
  for (const name of ACCOUNTS) {
    const account = accounts.find((fields) => fields[0] === name);
    if (account && Number(account[2]) !== 0) return { uid: Number(account[2]), gid: Number(account[3]) };
  }
  throw new Error(
    "PostgreSQL does not run as root, and this machine has no account to run it as: make one named onefold, " +
      "start Onefold as another user, or set DATABASE_URL.",
  );
}

/** Whoever owns the data runs the server, so that data made under one account stays usable when others appear. */
export function ownerOf(path: string): Owner {
  const { uid, gid } = statSync(path);
  return { uid, gid };
}

/** Whether the owner may pass through every folder from the root down to this one. Access lists are not looked at. */
export function canEnter(directory: string, owner: Owner): boolean {
  const { mode, uid, gid } = statSync(directory);
  const bit = uid === owner.uid ? 0o100 : gid === owner.gid ? 0o010 : 0o001;
  if ((mode & bit) === 0) return false;
  const parent = dirname(directory);
  return parent === directory || canEnter(parent, owner);
}
