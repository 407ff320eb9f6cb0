import { FragmentDefinitionNode, GraphQLResolveInfo, Kind, OperationDefinitionNode, visit } from "graphql";
import { RequestContext } from "../graphql/request-context";
import { ProfileService } from "../profile/profile.service";
import { TimelineService } from "../timeline/timeline.service";
import { Change, InteractionAdded, ProfileErased, ProfileUpdated } from "./change.type";

/** The fields of changes that lead to what they are about. */
const SUBJECTS: ReadonlySet<string> = new Set(["interaction", "profile"]);

const known = new WeakMap<OperationDefinitionNode, boolean>();

/**
 * The change, or what is left to tell where its subject was taken away after the change was read: an entry that lies in a
 * buffer must not end a stream because it asks for somebody who is gone. Asked only where the operation asks for the
 * subject, by the loaders that then answer with it, so that nothing is read twice.
 */
export async function stillThere<T extends Change>(
  change: T,
  context: RequestContext,
  info: GraphQLResolveInfo,
): Promise<Change> {
  if (change instanceof ProfileErased || !asksForSubject(info)) return change;
  if (change instanceof InteractionAdded) {
    const { interactionId } = change;
    if ((await context.service(TimelineService).interactionOf(context, interactionId)) !== undefined) return change;
  }
  const profile = await context.service(ProfileService).findById(context, change.profileId);
  if (profile === null) return new ProfileErased(change, []);
  return change instanceof InteractionAdded ? new ProfileUpdated(change) : change;
}

function asksForSubject({ operation, fragments }: GraphQLResolveInfo): boolean {
  let asks = known.get(operation);
  if (asks === undefined) {
    asks = [operation, ...Object.values(fragments)].some(namesSubject);
    known.set(operation, asks);
  }
  return asks;
}

function namesSubject(node: OperationDefinitionNode | FragmentDefinitionNode): boolean {
  let found = false;
  visit(node, {
    [Kind.FIELD]: ({ name }: { readonly name: { readonly value: string } }) => {
      if (SUBJECTS.has(name.value)) found = true;
    },
  });
  return found;
}
