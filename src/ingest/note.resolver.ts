import { Arg, Ctx, ID, Mutation, Resolver } from "type-graphql";
import { RequestContext } from "../graphql/request-context";
import { Requires } from "../graphql/requires";
import { Interaction } from "../timeline/interaction.type";
import { NoteService } from "./note.service";

@Resolver()
export class NoteResolver {
  @Mutation(() => Interaction, {
    description:
      "An agent's note on the timeline: INTERNAL, PRIVATE. Its actor is the id of the key that wrote it. NOT_FOUND for an unknown profile. All roles but PUBLIC.",
  })
  @Requires("NOTE")
  addNote(
    @Ctx() context: RequestContext,
    @Arg("profileId", () => ID, { description: "Any id of the customer." }) profileId: string,
    @Arg("text", () => String, { description: "1 to 100,000 characters." }) text: string,
    @Arg("conversationKey", () => String, { nullable: true, description: "The conversation it belongs to." })
    conversationKey?: string | null,
  ): Promise<Interaction> {
    const note = { profileId, text, conversationKey: conversationKey ?? null };
    return context.service(NoteService).addNote(context.viewer, note);
  }
}
