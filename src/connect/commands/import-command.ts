import { Command } from "commander";
import { EXIT, type ImportFlags, orInWords, withImport, withImportOptions } from "../import/import-file";
import { lineCheck, releasedSchema } from "../import/line-check";
import { runImport } from "../import/run-import";
import { deleteMissingRecords, importMapped, previewMapped } from "../sync/import-mapped";
import { readMapping } from "../sync/mapping";

interface Flags extends ImportFlags {
  readonly map?: string;
  readonly dryRun: boolean;
  readonly deleteMissing: boolean;
  readonly yes: boolean;
}

const NOTES = `
Each line is one EventInput of the GraphQL schema; with --map each row of the CSV or NDJSON becomes a record of a person,
as the mapping says. Sending a line again changes nothing, so an import that was cut off is simply started again: it goes
on where it stopped.

Exit code: 0 all lines accepted or known already, 2 some were refused, 1 the import failed, 130 it was interrupted.`;

/** `onefold import`: sends events from NDJSON to a server. */
export function importCommand(): Command {
  return withImportOptions(new Command("import"))
    .description("send events from NDJSON, or the people of a CRM's export, to a server")
    .argument("<file>", 'file with one event a line, or an export with --map; "-" for standard input')
    .option("--map <mapping.json>", "the file is an export of people, and this says what its columns mean")
    .option("--dry-run", "with --map: only say what would be created, updated, joined and refused", false)
    .option("--delete-missing", "with --map: delete the source's records that this full export no longer holds", false)
    .option("--yes", "with --delete-missing: do not ask", false)
    .addHelpText("after", NOTES)
    .action(async (file: string, flags: Flags) => {
      process.exitCode = await orInWords(importFile(file, flags));
    });
}

async function importFile(file: string, flags: Flags): Promise<number> {
  requireMapping(flags);
  const { map, dryRun, deleteMissing } = flags;
  if (map === undefined) {
    return withImport(file, flags, (options) => runImport({ ...options, check: lineCheck(releasedSchema()) }));
  }
  const mapping = await readMapping(map);
  if (dryRun) {
    return withImport(file, flags, async (options) => {
      const refused = await previewMapped({ ...options, mapping }, deleteMissing);
      return refused > 0 ? EXIT.SOME_REFUSED : EXIT.ALL_TAKEN;
    });
  }
  return withImport(
    file,
    flags,
    (options) => importMapped({ ...options, mapping }),
    async (options) => {
      if (deleteMissing) await deleteMissingRecords({ ...options, mapping }, flags.yes);
    },
  );
}

function requireMapping({ map, dryRun, deleteMissing, yes }: Flags): void {
  if (map === undefined && (dryRun || deleteMissing)) {
    throw new Error("--dry-run and --delete-missing are for exports of people: they need --map");
  }
  if (yes && !deleteMissing) throw new Error("--yes is for --delete-missing");
}
