// Where somebody came from who signs, as one of the few words of campaign/sources.py: a code of ours at the end of the
// address, or the name of a large site that led here. The host itself, and all else that the browser knows, stays here.
// Without this file nothing is told.

const SITES = {
  baidu: ["baidu.com"],
  bing: ["bing.com"],
  daum: ["daum.net"],
  facebook: ["facebook.com", "fb.com", "fb.me", "messenger.com"],
  instagram: ["instagram.com"],
  kakao: ["kakao.com", "com.kakao.talk"],
  line: ["line.me", "jp.naver.line.android"],
  linkedin: ["linkedin.com", "lnkd.in", "com.linkedin.android"],
  naver: ["naver.com", "naver.me"],
  reddit: ["reddit.com", "com.reddit.frontpage"],
  telegram: ["t.me", "telegram.org", "org.telegram.messenger"],
  threads: ["threads.net", "threads.com"],
  wechat: ["weixin.qq.com", "wechat.com"],
  weibo: ["weibo.com", "weibo.cn", "t.cn"],
  whatsapp: ["whatsapp.com", "wa.me", "com.whatsapp"],
  x: ["x.com", "twitter.com", "t.co"],
  youtube: ["youtube.com", "youtu.be"],
};
// These have a host for each country: google.com, google.co.kr.
const EVERYWHERE = /^(?:.+\.)?(google|yahoo)\.(?:com?\.)?[a-z]{2,3}$/;
const OWN = ["share", "newsletter", "print", "partner"];

for (const field of document.querySelectorAll("input[data-came-from]")) {
  // After a mistake in the form the page comes again, and what was told stands.
  if (!field.value) field.value = cameFrom();
}

function cameFrom() {
  const code = new URLSearchParams(location.search).get("from");
  if (OWN.includes(code)) return code;
  if (!document.referrer) return "direct";
  const host = new URL(document.referrer).hostname;
  if (host === location.hostname) return "here";
  const known = Object.entries(SITES).find(([, hosts]) => hosts.some((known) => `.${host}`.endsWith(`.${known}`)));
  return known?.[0] ?? EVERYWHERE.exec(host)?.[1] ?? "other";
}
