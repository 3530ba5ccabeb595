"""Errors of analysis from files."""

from core.errors import define

TABLE_BAD = define("analysis.table_bad", 422, "文件 {file} 无法使用:{detail}", "The file {file} cannot be used: {detail}")
CELL_BAD = define(
    "analysis.cell_bad",
    422,
    "文件 {file} 第 {row} 行、{column} 列的内容 {value} 不可用:{detail}",
    "In {file}, row {row}, column {column}: {value} cannot be used, {detail}",
)
COLUMN_MISSING = define("analysis.column_missing", 422, "文件 {file} 中没有列 {column}", "The file {file} has no column {column}")
KEY_BAD = define("analysis.key_bad", 422, "答案文件不可用:{detail}", "The key cannot be used: {detail}")
POLICY_BAD = define("analysis.policy_bad", 422, "政策文件的 {field} 有误:{detail}", "The policy's {field} is wrong: {detail}")
PUBLISHED_BAD = define("analysis.published_bad", 422, "已发布结果文件不可用:{detail}", "The published results cannot be used: {detail}")
NOT_ENOUGH = define("analysis.not_enough", 422, "数据不足以完成分析:{detail}", "The data do not suffice: {detail}")
