/** Names, places and mail domains of one country, for made-up people. */
export interface Culture {
  readonly language: "en" | "th" | "ja";
  readonly male: readonly string[];
  readonly female: readonly string[];
  readonly family: readonly string[];
  /** Latin letters for mailboxes, by position in the lists above; names that are Latin already need none. */
  readonly roman: Readonly<Record<string, string>>;
  readonly streets: readonly string[];
  readonly cities: readonly (readonly [city: string, postal: string])[];
  readonly familyFirst: boolean;
  readonly dialling: string;
}

const words = (text: string) => text.trim().split(/\s+/u);

/** `สมชาย=somchai` and so on. */
function spelled(text: string): { names: string[]; roman: Record<string, string> } {
  const pairs = words(text).map((entry) => entry.split("=") as [string, string]);
  return { names: pairs.map(([name]) => name), roman: Object.fromEntries(pairs) };
}

/** Every head with every tail, as such names are made. */
function composed(heads: string, tails: string): ReturnType<typeof spelled> {
  const ends = words(tails);
  return spelled(
    words(heads)
      .flatMap((head) => ends.map((tail) => join(head, tail)))
      .join(" "),
  );
}

function join(head: string, tail: string): string {
  const [start, first] = head.split("=");
  const [end, last] = tail.split("=");
  return `${start}${end}=${first}${last}`;
}

function together(...lists: readonly ReturnType<typeof spelled>[]): ReturnType<typeof spelled> {
  return {
    names: [...new Set(lists.flatMap(({ names }) => names))],
    roman: Object.assign({}, ...lists.map(({ roman }) => roman)),
  };
}

const THAI_MALE_COMMON = spelled(
  `สมชาย=somchai สมศักดิ์=somsak ประเสริฐ=prasert วิชัย=wichai สุรชัย=surachai อนุชา=anucha ธนพล=thanaphon ณัฐวุฒิ=natthawut กิตติ=kitti
  ปิยะ=piya ชัยวัฒน์=chaiwat ธีรพงษ์=theeraphong วีระ=weera เอกชัย=ekachai พงศกร=phongsakon ภาณุพงศ์=phanuphong อดิศักดิ์=adisak นพดล=noppadon`,
);
const THAI_FEMALE_COMMON = spelled(
  `สมหญิง=somying มาลี=malee สุภาพร=supaporn ศิริพร=siriporn กนกวรรณ=kanokwan รัตนา=rattana สุนีย์=sunee ปราณี=pranee วรรณา=wanna
  อรุณี=arunee จิราพร=jiraporn ณัฐธิดา=natthida พิมพ์ชนก=pimchanok ชลธิชา=chonthicha ปวีณา=paweena นภัสสร=napatsorn ดวงใจ=duangjai`,
);
const THAI_MALE = together(
  THAI_MALE_COMMON,
  composed(
    "ธน=thana ณัฐ=natth กิตติ=kitti วร=wora พงศ์=phong ชัย=chai อภิ=aphi ศุภ=supha",
    "พล=phon ชัย=chai เดช=det ภัทร=phat วัฒน์=wat สิทธิ์=sit กร=kon ศักดิ์=sak",
  ),
);
const THAI_FEMALE = together(
  THAI_FEMALE_COMMON,
  composed(
    "ศิริ=siri กนก=kanok พิมพ์=phim ณัฐ=natth สุ=su วรร=wan ชล=chon ปิย=piya",
    "พร=phon วรรณ=wan รัตน์=rat ลักษณ์=lak ธิดา=thida มาศ=mat ภา=pha นุช=nut",
  ),
);
const THAI_FAMILY_HEADS = composed(
  "ทอง=thong ศรี=sri วงศ์=wong สุข=suk บุญ=bun จันทร์=chan แก้ว=kaew พรหม=phrom เจริญ=charoen ชัย=chai รัตน=rattana ปัญญา=panya",
  "มณี=mani ธรรม=tham สิริ=siri วิเศษ=wiset นาค=nak อินทร์=in เพชร=phet ไทย=thai สม=som อุดม=udom",
);
const THAI_FAMILY = composed(
  THAI_FAMILY_HEADS.names.map((head) => `${head}=${THAI_FAMILY_HEADS.roman[head]}`).join(" "),
  "ใจดี=jaidee สุวรรณ=suwan ประเสริฐ=prasert พันธ์=phan มงคล=mongkhon วัฒนา=watthana เกียรติ=kiat กุล=kun ศักดิ์=sak สมบัติ=sombat",
);
const JAPANESE_FAMILY_COMMON = spelled(
  `佐藤=sato 鈴木=suzuki 高橋=takahashi 田中=tanaka 伊藤=ito 渡辺=watanabe 山本=yamamoto 中村=nakamura 小林=kobayashi 加藤=kato 吉田=yoshida
  山田=yamada 佐々木=sasaki 山口=yamaguchi 松本=matsumoto 井上=inoue 木村=kimura 林=hayashi 斎藤=saito 清水=shimizu 山崎=yamazaki 森=mori
  池田=ikeda 橋本=hashimoto 阿部=abe 石川=ishikawa 山下=yamashita 中島=nakajima 石井=ishii 小川=ogawa 前田=maeda 岡田=okada 長谷川=hasegawa
  藤田=fujita 後藤=goto 近藤=kondo 村上=murakami 遠藤=endo 青木=aoki 坂本=sakamoto 福田=fukuda 太田=ota 西村=nishimura 藤井=fujii 三浦=miura`,
);
const JAPANESE_MALE_COMMON = spelled(
  `翔太=shota 大輔=daisuke 健一=kenichi 健太=kenta 誠=makoto 直樹=naoki 拓也=takuya 大翔=hiroto 蓮=ren 悠人=yuto 隆=takashi 浩=hiroshi 修=osamu
  和也=kazuya 達也=tatsuya 陽太=yota 亮=ryo 正樹=masaki 康平=kohei 雄大=yudai`,
);
const JAPANESE_FEMALE_COMMON = spelled(
  `陽菜=hina 結衣=yui 葵=aoi 美咲=misaki 愛=ai 和子=kazuko 恵子=keiko 洋子=yoko 幸子=sachiko 真由美=mayumi 久美子=kumiko 香織=kaori 彩=aya
  優子=yuko 千尋=chihiro 舞=mai 由美=yumi 明美=akemi さくら=sakura 美穂=miho`,
);

const JAPANESE_FAMILY = together(
  JAPANESE_FAMILY_COMMON,
  composed(
    "山=yama 川=kawa 石=ishi 大=o 小=ko 中=naka 上=ue 松=matsu 竹=take 梅=ume 岩=iwa 藤=fuji 宮=miya 森=mori 北=kita",
    "田=da 本=moto 村=mura 島=jima 野=no 原=hara 崎=saki 沢=sawa 谷=tani 倉=kura 岡=oka 口=guchi",
  ),
);
const JAPANESE_MALE = together(
  JAPANESE_MALE_COMMON,
  composed(
    "健=ken 大=dai 翔=sho 直=nao 和=kazu 雄=yu 正=masa 明=aki 信=nobu 秀=hide",
    "太=ta 介=suke 也=ya 樹=ki 人=to 彦=hiko 之=yuki 平=hei",
  ),
);
const JAPANESE_FEMALE = together(
  JAPANESE_FEMALE_COMMON,
  composed(
    "美=mi 優=yu 真=ma 智=tomo 由=yu 陽=haru 麻=asa 千=chi 理=ri 沙=sa",
    "子=ko 奈=na 香=ka 代=yo 里=ri 紀=ki 穂=ho 恵=e",
  ),
);

export const ENGLISH: Culture = {
  language: "en",
  male: words(
    `James John Michael Robert David William Richard Joseph Thomas Christopher Charles Daniel Matthew Anthony Mark Donald Steven Andrew Paul
    Joshua Kenneth Kevin Brian George Timothy Ronald Edward Jason Jeffrey Ryan Jacob Gary Nicholas Eric Jonathan Stephen Larry Justin Scott
    Brandon Benjamin Samuel Gregory Alexander Patrick Frank Raymond Jack Dennis Tyler Aaron Henry Douglas Peter Nathan Zachary Walter Kyle
    Harold Carl Arthur Gerald Roger Keith Lawrence Terry Albert Jesse Dylan Bryan Bruce Gabriel Logan Ethan Noah Mason Owen Caleb Isaac
    Declan Rupert Silas Ambrose Lionel Quentin Barnaby Leopold Cormac Thaddeus`,
  ),
  female: words(
    `Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Lisa Nancy Betty Sandra Margaret Ashley Kimberly Emily Donna
    Michelle Carol Amanda Melissa Deborah Stephanie Rebecca Laura Sharon Cynthia Kathleen Amy Angela Shirley Anna Brenda Pamela Emma Nicole
    Helen Samantha Katherine Christine Debra Rachel Carolyn Janet Catherine Maria Heather Diane Olivia Julie Joyce Victoria Kelly Lauren
    Christina Joan Evelyn Judith Andrea Hannah Megan Cheryl Martha Gloria Teresa Ann Sara Madison Frances Grace Denise Amber Julia Daniela
    Theodora Imogen Saskia Ottilie Perpetua Rosalind Beatrix Cordelia Henrietta Philippa`,
  ),
  family: words(
    `Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez
    Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall
    Campbell Mitchell Carter Roberts Phillips Evans Turner Parker Collins Edwards Stewart Morris Murphy Cook Rogers Morgan Cooper Peterson
    Bailey Reed Kelly Howard Cox Ward Richardson Watson Brooks Wood James Bennett Gray Hughes Price Myers Long Ross Foster Sanders Powell
    Abernathy Bickerstaff Calloway Dunleavy Eastwick Fotheringay Gallowglass Hathersage Inglethorpe Kilbride Lockhart Molyneux Northcott
    Oglethorpe Pettigrew Quenby Ravenscroft Standish Tredwell Underhill Vavasour Whitcombe Yardley Zielinski Kowalczyk Lindqvist Okonkwo
    Haverford Trelawney Penhaligon Featherstone Blackwood Ashdown Merriweather Thistlethwaite Wolstenholme Cholmondeley`,
  ),
  roman: {},
  streets: words(
    "Oak Maple Cedar Elm Washington Lake Hill Park Main Church River Sunset Chestnut Spring Ridge Walnut Meadow Forest Highland Jackson",
  ).map((name) => `${name} Street`),
  cities: [
    ["Springfield", "62704"],
    ["Portland", "97205"],
    ["Columbus", "43004"],
    ["Austin", "78701"],
    ["Dayton", "45402"],
    ["Salem", "97301"],
  ],
  familyFirst: false,
  dialling: "+1",
};

export const THAI: Culture = {
  language: "th",
  male: THAI_MALE.names,
  female: THAI_FEMALE.names,
  family: THAI_FAMILY.names,
  roman: { ...THAI_MALE.roman, ...THAI_FEMALE.roman, ...THAI_FAMILY.roman },
  streets: words("สุขุมวิท พหลโยธิน ลาดพร้าว รัชดาภิเษก เพชรบุรี สีลม พระราม4 รามคำแหง ห้วยแก้ว มิตรภาพ").map(
    (name) => `ถนน${name}`,
  ),
  cities: [
    ["กรุงเทพ", "10110"],
    ["เชียงใหม่", "50200"],
    ["ขอนแก่น", "40000"],
    ["ภูเก็ต", "83000"],
    ["นนทบุรี", "11000"],
  ],
  familyFirst: false,
  dialling: "+66",
};

export const JAPANESE: Culture = {
  language: "ja",
  male: JAPANESE_MALE.names,
  female: JAPANESE_FEMALE.names,
  family: JAPANESE_FAMILY.names,
  roman: { ...JAPANESE_MALE.roman, ...JAPANESE_FEMALE.roman, ...JAPANESE_FAMILY.roman },
  streets: words("神南 本町 中央 桜木町 栄町 緑町 東町 西本町 大手町 若葉台"),
  cities: [
    ["東京都渋谷区", "150-0041"],
    ["横浜市中区", "231-0023"],
    ["大阪市北区", "530-0001"],
    ["名古屋市中区", "460-0008"],
    ["札幌市中央区", "060-0042"],
  ],
  familyFirst: true,
  dialling: "+81",
};
