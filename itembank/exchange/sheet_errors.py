"""Errors of single cells: what a workbook shows that is not there to be read."""

from core.errors import define

FORMULA = define(
    "itembank.cell_formula",
    422,
    "单元格 {cell} 是公式，文件中没有它的结果：请粘贴为数值后再导入",
    "The cell {cell} is a formula whose result the file does not hold: paste its value instead",
)
ERROR_VALUE = define("itembank.cell_error", 422, "单元格 {cell} 是错误值 {value}", "The cell {cell} holds the error {value}")
MERGED = define(
    "itembank.cell_merged",
    422,
    "单元格 {cells} 是合并的：每行请各写一格",
    "The cells {cells} are merged: please write one cell for each row",
)
LOOKS = define(
    "itembank.sheet_looks",
    200,
    "工作表“{sheet}”：单元格的格式没有导入，导入的是不带格式的内容（{what}）：{cells}",
    "Sheet {sheet}: the look of cells is left out, what is read is their plain value ({what}): {cells}",
)
PICTURES = define("itembank.sheet_pictures", 200, "工作表“{sheet}”：图片没有导入：{cells}", "Sheet {sheet}: pictures are left out: {cells}")
COMMENTS = define(
    "itembank.sheet_comments", 200, "工作表“{sheet}”：批注没有导入：{cells}", "Sheet {sheet}: comments of cells are left out: {cells}"
)
HIDDEN_ROWS = define(
    "itembank.sheet_hidden_rows", 200, "工作表“{sheet}”：隐藏的行也已读取：{rows}", "Sheet {sheet}: hidden rows were read too: {rows}"
)
HIDDEN_SHEET = define("itembank.sheet_hidden", 200, "工作表“{sheet}”是隐藏的，也已读取", "The sheet {sheet} is hidden, and was read too")
SHEET_PASSED = define(
    "itembank.sheet_passed",
    200,
    "工作表“{sheet}”没有模板的标题行，没有读取",
    "The sheet {sheet} has no row of the template's headings, and was not read",
)
COLUMN_UNKNOWN = define(
    "itembank.column_unknown",
    200,
    "工作表“{sheet}”：“{column}”列不是模板中的列，其中 {count} 格的内容没有导入",
    "Sheet {sheet}: {column} is no column of the template: what stands in {count} of its cells is left out",
)
