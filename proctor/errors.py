"""Errors of the proctor rooms."""

from core.errors import define

ENDPOINT_INVALID = define("proctor.endpoint_invalid", 422, "回调地址不可用:{detail}", "The endpoint cannot be used: {detail}")
NOT_ON = define("proctor.not_on", 409, "这份试卷现在不在考试中", "This paper is not being sat now")
