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
