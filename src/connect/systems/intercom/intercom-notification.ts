import { z } from "zod";
import { epochSeconds, id } from "../../reading/payload-fields";

export const intercomNotification = z.object({
  id,
  topic: z.string().min(1),
  created_at: epochSeconds,
  data: z.object({ item: z.looseObject({ type: z.string().optional().catch(undefined) }) }),
});

/** What every notification of one workspace tells its readers. */
export type IntercomNotification = z.output<typeof intercomNotification>;
