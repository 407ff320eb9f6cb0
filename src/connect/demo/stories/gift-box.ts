import type { Story } from "../story";

/** A gift that starts under a picture on Facebook and is arranged on Telegram. */
export const GIFT_BOX: Story = {
  title: "The gift box",
  people: {
    ploy: {
      shownAs: "Ploy Wattana",
      nickname: "พลอย",
      language: "th",
      attributes: { givenName: "พลอย", familyName: "วัฒนา" },
      traits: {
        facebook: { kind: "FACEBOOK_ID", value: "fb-ploy-8841" },
        telegram: { kind: "TELEGRAM_ID", value: "728190455" },
        phone: { kind: "PHONE", value: "+66 89 765 4321" },
        email: { kind: "EMAIL", value: "ploy.w@example.net" },
      },
    },
  },
  moments: [
    {
      at: "10:12",
      who: "ploy",
      channel: "FACEBOOK",
      by: ["facebook"],
      kind: "COMMENT",
      visibility: "PUBLIC",
      text: "กล่องของขวัญสวยมากเลยค่ะ ราคาเท่าไหร่คะ",
    },
    {
      at: "10:16",
      who: "ploy",
      channel: "FACEBOOK",
      by: ["facebook"],
      kind: "COMMENT",
      agent: "Mai",
      visibility: "PUBLIC",
      text: "ขอบคุณค่ะ กล่องละ 1,290 บาท ทักแชตมาได้เลยนะคะ",
    },
    {
      at: "10:25",
      who: "ploy",
      channel: "FACEBOOK",
      by: ["facebook", "phone"],
      text: "สนใจ 3 กล่องค่ะ เบอร์ 089-765-4321 คุยต่อทางเทเลแกรมได้ไหมคะ",
    },
    { at: "10:44", who: "ploy", channel: "TELEGRAM", by: ["telegram"], text: "สวัสดีค่ะ พลอยจากเฟซบุ๊กนะคะ เรื่องกล่องของขวัญ" },
    {
      at: "10:47",
      who: "ploy",
      channel: "TELEGRAM",
      by: ["telegram"],
      agent: "Mai",
      text: "สวัสดีค่ะคุณพลอย ขอเบอร์โทรศัพท์สำหรับจัดส่งด้วยนะคะ",
    },
    {
      at: "10:49",
      who: "ploy",
      channel: "TELEGRAM",
      by: ["telegram", "phone"],
      text: "+66 89 765 4321 ค่ะ ส่งถึงวันศุกร์นะคะ",
    },
    {
      at: "11:40",
      who: "ploy",
      channel: "EMAIL",
      by: ["email", "phone"],
      text: "แนบที่อยู่สำหรับใบกำกับภาษีค่ะ โทร. +66 89 765 4321",
      data: { subject: "ใบกำกับภาษี" },
    },
    {
      at: "14:02",
      who: "ploy",
      channel: "SMS",
      by: ["phone"],
      kind: "STATUS_CHANGE",
      agent: "Moonbot",
      text: "พัสดุของคุณถูกจัดส่งแล้ว เลขพัสดุ TH0417",
      data: { parcel: "TH0417" },
    },
  ],
};
