/** Texts of the simulated-business desk, Chinese first. Fields stand in braces. */

const TEXTS = {
  marks: { zh: "{n} 分", en: "marks: {n}" },
  total: { zh: "本题共 {n} 分", en: "Marks for this task: {n}" },
  filled: { zh: "已填 {n} / {all}", en: "Filled in: {n} of {all}" },
  undo: { zh: "撤销", en: "Undo" },
  undoWhat: { zh: "撤销上一步：{place}", en: "Undo the last change: {place}" },
  undoNothing: { zh: "没有可撤销的操作", en: "Nothing to undo" },
  undone: { zh: "已撤销：{place}", en: "Undone: {place}" },
  clear: { zh: "清除选择", en: "Clear the choice" },
  characters: { zh: "{n} 字", en: "{n} characters" },
  scratch: { zh: "草稿纸（不计分）", en: "Scratch paper (not marked)" },
  documents: { zh: "业务资料", en: "Documents" },
  unread: { zh: "未读", en: "Not read yet" },
  pick: { zh: "点开一份资料阅读。", en: "Open a document to read it." },
  table: { zh: "表 {n}：{title}", en: "Table {n}: {title}" },
  sender: { zh: "发件人", en: "From" },
  to: { zh: "收件人", en: "To" },
  sent: { zh: "时间", en: "Sent" },
  subject: { zh: "主题", en: "Subject" },
  kind_mail: { zh: "邮件", en: "Mail" },
  kind_memo: { zh: "内部", en: "Memo" },
  kind_price_sheet: { zh: "价格", en: "Prices" },
  kind_rate_table: { zh: "费率", en: "Rates" },
  kind_letter_of_credit: { zh: "信用证", en: "Credit" },
  kind_packing_list: { zh: "装箱", en: "Packing" },
  kind_trade_document: { zh: "单据", en: "Document" },
  tool_mail_reply: { zh: "写邮件", en: "Reply" },
  tool_quotation_sheet: { zh: "核算单", en: "Calculation" },
  tool_proforma_invoice: { zh: "形式发票", en: "Proforma invoice" },
  tool_lc_checklist: { zh: "审单表", en: "Checklist" },
  tool_back_office: { zh: "业务后台", en: "Back office" },
  not_a_number: { zh: "这里应填数字，例如 12,500.00。现在的内容已保存，但不能按数字计分。", en: "A number is wanted here, such as 12,500.00. What stands here is kept but cannot be marked as a number." },
  too_long: { zh: "内容过长，超出部分无法保存，请缩短。", en: "This is too long to be kept. Please shorten it." },
  not_a_date: { zh: "日期不完整，尚未保存。", en: "The date is not complete and not kept yet." },
};

/** The function that finds a text in the language of the page and fills its fields. */
export function taskTexts(language) {
  const tongue = language.startsWith("en") ? "en" : "zh";
  return (key, fields = {}) => TEXTS[key][tongue].replace(/\{(\w+)\}/g, (whole, name) => fields[name] ?? whole);
}
