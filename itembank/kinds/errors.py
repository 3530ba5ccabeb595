"""Errors of questions: what does not fit together in one item, beyond what `itembank.errors` says of all kinds."""

from core.errors import define

GAPS_WRONG = define(
    "itembank.gaps_wrong",
    422,
    "空（或左栏）的编号应为 1、2、3…，现为 {found}",
    "Gaps (or left sides) are numbered 1, 2, 3 …; found {found}",
)
GAP_EMPTY = define("itembank.gap_empty", 422, "左栏第 {gap} 项为空", "The left side {gap} is empty")
MARKERS_WRONG = define(
    "itembank.markers_wrong",
    422,
    "题干中的标记应各出现一次：{wanted}；现为 {found}",
    "The stem should hold each of these markers once: {wanted}; found {found}",
)
PAIRS_WRONG = define(
    "itembank.pairs_wrong",
    422,
    "答案应给每个空（或左栏）恰好一项：{pairs}",
    "The key gives every gap (or left side) one option: {pairs}",
)
ORDER_WRONG = define(
    "itembank.order_wrong", 422, "排序题的答案应包含每个选项各一次：{order}", "The key of an ordering names every option once: {order}"
)
LIMIT_WRONG = define(
    "itembank.limit_wrong", 422, "最多可选 {limit} 项，与 {options} 项不符", "At most {limit} may be chosen, which does not fit {options}"
)
IMAGE_MISSING = define("itembank.image_missing", 422, "热点题缺少图片", "A hot-spot item needs a picture")
IMAGE_WRONG = define("itembank.image_wrong", 422, "图片已损坏，无法读取：{detail}", "The picture is damaged and cannot be read: {detail}")
IMAGE_KIND = define(
    "itembank.image_kind",
    422,
    "不能用作试题图片（{kind}）：请用 PNG、JPEG、GIF、WebP 或 BMP 格式的静态图片",
    "This cannot be a picture of an item ({kind}): use a still PNG, JPEG, GIF, WebP or BMP",
)
IMAGE_LARGE = define(
    "itembank.image_large",
    422,
    "图片太大：{found}，最多 {most}",
    "The picture is too large: {found}, {most} at most",
)
IMAGE_OUTSIDE = define(
    "itembank.image_outside",
    422,
    "图片应在试题之内，不能引用别处的地址",
    "The picture must be within the item; an address elsewhere cannot be used",
)
IMAGE_ABSENT = define("itembank.image_absent", 422, "没有随附图片文件", "The file of the picture did not come with it")
IMAGES_MANY = define(
    "itembank.images_many",
    422,
    "一道题的图片太多：{found}，最多 {most}",
    "The pictures of one item are too many: {found}, {most} at most",
)
AREA_WRONG = define(
    "itembank.area_wrong",
    422,
    "热点 {option} 的区域有误，或超出图片：{area}",
    "The area of the spot {option} is wrong, or not within the picture: {area}",
)
SCHEME_WRONG = define("itembank.scheme_wrong", 422, "此题型不能用这种计分方式：{scheme}", "This kind cannot be scored by {scheme}")
WORTHS_WRONG = define(
    "itembank.worths_wrong",
    422,
    "各答案的分值与题目不符：{detail}",
    "What the answers are worth does not fit the item: {detail}",
)
UNITS_WRONG = define("itembank.units_wrong", 422, "单位换算有误：{detail}", "The factors of the units are wrong: {detail}")
PATTERN_WRONG = define("itembank.pattern_wrong", 422, "通配模式有误：{pattern}", "The pattern is wrong: {pattern}")
