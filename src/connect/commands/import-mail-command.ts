import { Command } from "commander";
import { type ImportFlags, orInWords, withImport, withImportOptions } from "../import/import-file";

interface Flags extends ImportFlags {
  readonly source: string;
  readonly own: string;
  readonly authenticationServers: string;
}

const NOTES = `
An mbox file is what backups, Thunderbird and Google Takeout write; an .eml file is one message. Importing a message again
changes nothing. A From is CLAIMED unless a server named in --authentication-servers wrote into the message that it passed
DMARC, DKIM or SPF. In lists and counts a line is a message, or one recipient of it where the company wrote to several.

Exit code: 0 all messages accepted or known already, 2 some were refused, 1 the import failed, 130 it was interrupted.`;

/** `onefold import-mail`: sends the messages of a mailbox to a server, as events. */
export function importMailCommand(): Command {
  return withImportOptions(new Command("import-mail"))
    .description("send the e-mails of an mbox or .eml file to a server")
    .argument("<file>", 'mbox or .eml; "-" for standard input')
    .option("--source <name>", "the source of the events", "mail")
    .option("--own <list>", "your own addresses and domains, with commas: what comes from them went to customers", "")
    .option("--authentication-servers <list>", "names with which your mail servers begin Authentication-Results", "")
    .addHelpText("after", NOTES)
    .action(async (file: string, flags: Flags) => {
      const { importMail } = require("../systems/mail/import-mail") as typeof import("../systems/mail/import-mail");
      process.exitCode = await orInWords(withImport(file, flags, (setup) => importMail(setup, flags)));
    });
}
