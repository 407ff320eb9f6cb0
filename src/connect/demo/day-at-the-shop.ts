import { BREWING_VIDEO } from "./stories/brewing-video";
import { DENTED_KETTLE } from "./stories/dented-kettle";
import { FAMILY_PHONE } from "./stories/family-phone";
import { GIFT_BOX } from "./stories/gift-box";
import { HOTEL_ORDER } from "./stories/hotel-order";
import { LOST_PARCEL } from "./stories/lost-parcel";
import { MATCHA_BOWL } from "./stories/matcha-bowl";
import { MORNING_OOLONG } from "./stories/morning-oolong";
import { SHOP_TABLET } from "./stories/shop-tablet";
import type { Story } from "./story";

export const SHOP = "Moonrise Tea, shops in Bangkok, Kyoto and Portland";

/** What happens on one day, told by storyline; a storyline may be read on its own. */
export const DAY_AT_THE_SHOP: readonly Story[] = [
  MORNING_OOLONG,
  DENTED_KETTLE,
  HOTEL_ORDER,
  MATCHA_BOWL,
  BREWING_VIDEO,
  FAMILY_PHONE,
  GIFT_BOX,
  SHOP_TABLET,
  LOST_PARCEL,
];
