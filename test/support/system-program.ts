import { ChildProcess, spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** Debian keeps servers where a person's PATH does not lead. */
export function withSystemPrograms(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
}

/** `it`, or `it.skip` and a message where the program is not installed. */
export function itWith(program: string): jest.It {
  const { error } = spawnSync(program, ["--version"], { stdio: "ignore", env: withSystemPrograms() });
  if (error === undefined) return it;
  process.stdout.write(`${program} is not installed: what needs it is skipped\n`);
  return it.skip as jest.It;
}

/** Resolves when someone listens on the port of the loopback. */
export async function listening(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode}`);
    const socket = connect(port, "127.0.0.1");
    const open = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await pause(20);
  }
}
