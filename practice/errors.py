"""Errors of the practice rooms."""

from core.errors import define

NOT_ENTITLED = define("practice.not_entitled", 403, "{zh}", "{en}")
NOTHING_LEFT = define("practice.nothing_left", 404, "这里没有题目了", "There is no item left here")
NOT_PRACTICE = define(
    "practice.not_practice",
    404,
    "此题已不在练习题库中或已更新,请换下一题",
    "This item is not in the practice bank, or has changed; go on with the next",
)
NO_ANSWER = define("practice.no_answer", 422, "请先作答", "Answer first")
