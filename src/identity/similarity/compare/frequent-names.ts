/*
 * Common names of several languages in the order of frequency, each list followed by how the names are written in Latin
 * letters, in the same order. Traditional characters are folded into the simplified ones before a name is looked up.
 */
export const JAPANESE_FAMILIES =
  "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 清水 山崎 森 池田 橋本 阿部 石川 山下 中島 石井 小川 前田 岡田 長谷川 藤田 後藤 近藤 村上 遠藤 青木 坂本";
export const JAPANESE_FAMILIES_READ =
  "sato suzuki takahashi tanaka ito watanabe yamamoto nakamura kobayashi kato yoshida yamada sasaki yamaguchi matsumoto inoue kimura hayashi saito shimizu yamazaki mori ikeda hashimoto abe ishikawa yamashita nakajima ishii ogawa maeda okada hasegawa fujita goto kondo murakami endo aoki sakamoto";
export const CHINESE_FAMILIES =
  "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 高 林 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹 彭 曾 肖 田 董 袁 潘 于 蒋 蔡";
export const CHINESE_FAMILIES_READ =
  "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he gao lin luo zheng liang xie song tang xu han feng deng cao peng zeng xiao tian dong yuan pan yu jiang cai";
export const KOREAN_FAMILIES = "김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 전 홍";
export const KOREAN_FAMILIES_READ =
  "kim lee park choi jung kang cho yoon jang lim han oh seo shin kwon hwang ahn song jeon hong";
export const VIETNAMESE_FAMILIES = "nguyen tran le pham hoang phan vu dang bui do";
export const THAI_GIVENS =
  "สมชาย สมศักดิ์ สมพร สมบูรณ์ ประเสริฐ วิชัย สุรชัย สมหมาย บุญมี สมบัติ สมหญิง มาลี สุภาพร สมใจ วันเพ็ญ อรุณ นงลักษณ์ รัตนา สุนีย์ ปราณี อนุชา ธนพล ณัฐวุฒิ ศิริพร กนกวรรณ";
export const THAI_GIVENS_READ =
  "somchai somsak somporn somboon prasert wichai surachai sommai boonmee sombat somying malee supaporn somjai wanpen arun nonglak rattana sunee pranee anucha thanaphon natthawut siriporn kanokwan";
export const JAPANESE_GIVENS =
  "蓮 翔太 大翔 陽菜 結衣 葵 誠 健 大輔 翔 直樹 和子 恵子 洋子 幸子 美咲 さくら 愛 健一 健太 太郎 花子";
export const CHINESE_GIVENS = "伟 芳 娜 秀英 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀兰 霞";
export const CHINESE_GIVENS_READ =
  "wei fang na xiuying min jing li qiang lei jun yang yong yan jie juan tao ming chao xiulan xia";
export const CANTONESE_FAMILIES_READ = "chan wong cheung lau lam leung ng";
