const COMMENT = /<!--[\s\S]*?(?:-->|$)/gu;

/** Elements of which nothing is prose: `rt` and `rp` are the reading of a ruby and the parentheses around it. */
const NO_PROSE = /<(script|style|rt|rp)\b[^>]*>[\s\S]*?(?:<\/\1\s*>|(?=<\/?(?:ruby|rt|rp|rb)\b)|$)/giu;

const TAG = /<\/?[a-z][^<>]*>|<\?[\s\S]*?\?>|<![A-Z][^<>]*>/giu;

/** The text between HTML's tags, without the reading of ruby. */
export function withoutHtml(html: string): string {
  return html.replace(COMMENT, '').replace(NO_PROSE, '').replace(TAG, '');
}
