import type { Story } from "../story";

/** Two strangers sign up on the tablet at the counter: a device is not a person, and an account says so. */
export const SHOP_TABLET: Story = {
  title: "The tablet at the counter",
  people: {
    emma: {
      shownAs: "Emma Wilson",
      language: "en",
      attributes: { givenName: "Emma", familyName: "Wilson" },
      traits: {
        tablet: { kind: "DEVICE_ID", value: "tablet-kyoto-2" },
        account: { kind: "USER_ID", value: "u-61003" },
        email: { kind: "EMAIL", value: "emma.wilson@example.com" },
        whatsapp: { kind: "WHATSAPP_ID", value: "12065550118" },
      },
    },
    ken: {
      shownAs: "Ken Sato",
      language: "ja",
      attributes: { givenName: "健", familyName: "佐藤" },
      traits: {
        tablet: { kind: "DEVICE_ID", value: "tablet-kyoto-2" },
        account: { kind: "USER_ID", value: "u-61004" },
        email: { kind: "EMAIL", value: "ken.sato@example.org" },
      },
    },
  },
  moments: [
    {
      at: "11:02",
      who: "emma",
      channel: "MOBILE_APP",
      by: ["tablet"],
      kind: "PAGE_VIEW",
      text: "Join the tea club",
      data: { screen: "club" },
    },
    {
      at: "11:05",
      who: "emma",
      channel: "MOBILE_APP",
      by: ["account", "tablet", "email"],
      kind: "STATUS_CHANGE",
      text: "Joined the tea club",
    },
    {
      at: "11:20",
      who: "ken",
      channel: "MOBILE_APP",
      by: ["account", "tablet", "email"],
      kind: "STATUS_CHANGE",
      text: "お茶クラブに入会",
    },
    {
      at: "11:24",
      who: "ken",
      channel: "IN_STORE",
      by: ["account"],
      kind: "PURCHASE",
      text: "玉露 50g 一袋",
      data: { total: 2160, currency: "JPY", shop: "Kyoto" },
    },
    {
      at: "13:05",
      who: "emma",
      channel: "WHATSAPP",
      by: ["whatsapp", "email"],
      text: "Hi! I joined the tea club in Kyoto today. Do you ship to Seattle?",
    },
    {
      at: "13:08",
      who: "emma",
      channel: "WHATSAPP",
      by: ["whatsapp"],
      agent: "Joe",
      text: "Welcome, Emma! We do, from our Portland shop, in two days.",
    },
    {
      at: "15:30",
      who: "ken",
      channel: "EMAIL",
      by: ["email"],
      text: "玉露の淹れ方を教えていただけますか。",
      data: { subject: "玉露について" },
    },
    {
      at: "15:41",
      who: "ken",
      channel: "EMAIL",
      by: ["email"],
      agent: "Haruka",
      text: "佐藤様、お湯は50度ほどに冷まし、二分お待ちください。",
      data: { subject: "Re: 玉露について" },
    },
  ],
};
