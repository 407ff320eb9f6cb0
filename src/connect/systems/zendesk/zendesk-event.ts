import { z } from "zod";
import { dateText, id } from "../../reading/payload-fields";

export const zendeskEvent = z.object({
  type: z.string().min(1),
  id,
  time: dateText,
  detail: z.looseObject({}),
  event: z.looseObject({}).optional().catch(undefined),
});

/** What every event of one account tells its readers. */
export type ZendeskEvent = z.output<typeof zendeskEvent>;
