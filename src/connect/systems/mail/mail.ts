import type { Connection, Delivery, WaitingAdapter } from "../../pipeline/adapter";
import { secretsOf } from "../../proof/hmac-signature";
import { isOneOfSecrets } from "../../proof/is-one-of-secrets";
import { presentedSecret } from "../../proof/presented-secret";
import { isAuthenticated } from "./authentication-results";
import { entriesOf } from "./mailbox";
import { readMail } from "./read-mail";

/**
 * E-mails as they are, one a delivery, posted by the company's own mail server or by a relay that does: Postfix with a
 * pipe, a worker of a mail route. Such a sender signs nothing; it knows the secret that was made for this connection.
 */
export const mailAdapter: WaitingAdapter = {
  system: "mail",
  credentialFields: [
    {
      name: "secret",
      description: "A long random text of yours; deliveries carry it at the end of the address or as a bearer token.",
      required: true,
    },
    {
      name: "ownAddresses",
      description: "Your own addresses and domains, with commas: what comes from them goes out to customers.",
      required: false,
    },
    {
      name: "authenticationServers",
      description:
        "The name with which your mail server begins its Authentication-Results, such as mx.example.com: the topmost of them counts. Without it every From is CLAIMED.",
      required: false,
    },
  ],
  verify(delivery: Delivery, connection: Connection): string | null {
    const given = presentedSecret(delivery);
    if (given === "") return "The secret is missing.";
    return isOneOfSecrets(secretsOf(connection, "secret"), given) ? null : "The secret does not match.";
  },
  read({ body, receivedAt }, { source, credentials }) {
    const servers = entriesOf(credentials[0]?.authenticationServers ?? "");
    return readMail(body, {
      source,
      own: entriesOf(credentials[0]?.ownAddresses ?? ""),
      receivedAt,
      isProven: (domain, mail) => isAuthenticated(mail, servers, domain),
    });
  },
};
