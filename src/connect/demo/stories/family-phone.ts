import type { Story } from "../story";

/** A mother and her son with one phone at home: whoever calls from it is neither of them for sure. */
export const FAMILY_PHONE: Story = {
  title: "One phone, two customers",
  people: {
    malee: {
      shownAs: "Malee Srisuk",
      nickname: "แม่มาลี",
      language: "th",
      attributes: { givenName: "มาลี", familyName: "ศรีสุข" },
      traits: {
        account: { kind: "USER_ID", value: "u-50777" },
        email: { kind: "EMAIL", value: "malee.srisuk@example.net" },
        home: { kind: "PHONE", value: "+66 2 123 4567" },
        facebook: { kind: "FACEBOOK_ID", value: "fb-malee-6120" },
      },
    },
    ton: {
      shownAs: "Ton Srisuk",
      nickname: "ต้น",
      language: "th",
      attributes: { givenName: "ต้น", familyName: "ศรีสุข" },
      traits: {
        account: { kind: "USER_ID", value: "u-50912" },
        email: { kind: "EMAIL", value: "ton.srisuk@example.net" },
        home: { kind: "PHONE", value: "+66 2 123 4567" },
      },
    },
  },
  moments: [
    {
      at: "10:08",
      who: "malee",
      channel: "WEB",
      by: ["account", "email", "home"],
      kind: "PURCHASE",
      text: "ชาดอกมะลิ 100 ก. 1 ถุง",
      data: { order: "1044", total: 240, currency: "THB" },
    },
    {
      at: "10:40",
      who: "malee",
      channel: "PHONE",
      by: ["home"],
      kind: "CALL",
      text: "ถามว่าของที่สั่งจะส่งถึงวันไหน",
      data: { durationSeconds: 95 },
    },
    {
      at: "11:50",
      who: "ton",
      channel: "MOBILE_APP",
      by: ["account", "email", "home"],
      kind: "PURCHASE",
      text: "แก้วเก็บความเย็น 1 ใบ",
      data: { order: "1046", total: 590, currency: "THB" },
    },
    {
      at: "12:30",
      who: "ton",
      channel: "PHONE",
      by: ["home"],
      kind: "CALL",
      text: "ขอเปลี่ยนสีแก้ว ผู้โทรไม่ได้บอกชื่อ",
      data: { durationSeconds: 61 },
    },
    {
      at: "12:33",
      who: "ton",
      channel: "EMAIL",
      by: ["email"],
      agent: "Mai",
      text: "เปลี่ยนเป็นสีเขียวให้เรียบร้อยแล้วค่ะ",
      data: { subject: "ออเดอร์ 1046" },
    },
    { at: "15:05", who: "malee", channel: "FACEBOOK", by: ["facebook", "email"], text: "ชามะลิหอมมากค่ะ มีแบบถุงใหญ่ไหมคะ" },
    {
      at: "15:09",
      who: "malee",
      channel: "FACEBOOK",
      by: ["facebook"],
      agent: "Mai",
      text: "ขอบคุณค่ะ คุณมาลี มีถุง 250 กรัมค่ะ",
    },
  ],
};
