import DataLoader from "dataloader";
import { RequestContext } from "../graphql/request-context";
import { identifierId } from "../identity/normalize/normalize-identifier";
import { Reads } from "../timeline/reads";
import { Identifier } from "./profile.type";
import { countCustomers } from "./shared-with.repository";

/** With how many others a customer shares an identifier: of all identifiers that an operation asks for, in one statement. */
export class SharedWithService {
  constructor(private readonly reads: Reads) {}

  /** Up to 100. Trusts that the identifier is one that a customer carries: that customer is not counted. */
  async othersWith(context: RequestContext, { kind, namespace, value }: Identifier): Promise<number> {
    const customers = await this.customers(context).load(identifierId(kind, namespace ?? "", value));
    return Math.max(0, customers - 1);
  }

  private customers(context: RequestContext): DataLoader<string, number> {
    return context.loader(
      "profile.customersOf",
      () =>
        new DataLoader<string, number>(async (ids) => {
          const counts = await this.reads.run(context, (tx) => countCustomers(tx, ids));
          return ids.map((id) => counts.get(id) ?? 0);
        }),
    );
  }
}
